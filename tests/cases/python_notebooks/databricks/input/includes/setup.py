# Databricks notebook source
SCHEMA = "raw"
