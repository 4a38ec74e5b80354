CREATE SCHEMA web;
CREATE SCHEMA web_mart;
CREATE TABLE web.clicks (day date, page text, n int);
CREATE TABLE web.empty_days (day date);
CREATE TABLE web_mart.daily (day date, page text, clicks bigint);
CREATE TABLE web_mart.by_page (page text, clicks numeric(12,0));
CREATE TABLE web_mart.recent (day date, n int);
