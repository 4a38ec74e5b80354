# Writes OUT: a C file that holds the files of DIR that match GLOB as bytes, in name order, so that the binary needs no
# files beside it. Their paths begin with the last part of DIR; HEADER declares embedded_NAME and embedded_NAME_count.
# Run as: cmake -DDIR=rules -DGLOB=*.yml -DNAME=rules -DHEADER=lint/embedded.h -DOUT=rules_embedded.c -P embed.cmake
file(GLOB files RELATIVE "${DIR}" "${DIR}/${GLOB}")
list(SORT files)
get_filename_component(folder "${DIR}" NAME)

set(texts "")
set(rows "")
set(n 0)
foreach(file IN LISTS files)
  file(READ "${DIR}/${file}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  file(SIZE "${DIR}/${file}" size)
  string(APPEND texts "static const char text_${n}[] = {${bytes}'\\0'};\n")
  string(APPEND rows "    {\"${folder}/${file}\", text_${n}, ${size}},\n")
  math(EXPR n "${n} + 1")
endforeach()
if(n EQUAL 0)
  set(rows "    {0, 0, 0},\n")
endif()

file(WRITE "${OUT}.new" "/* Generated from ${folder}/ by scripts/embed.cmake. */
#include \"${HEADER}\"

${texts}
const struct embedded_file embedded_${NAME}[] = {
${rows}};
const size_t embedded_${NAME}_count = ${n};
")
file(COPY_FILE "${OUT}.new" "${OUT}" ONLY_IF_DIFFERENT)
file(REMOVE "${OUT}.new")
file(TOUCH "${OUT}")
