# SPDX-License-Identifier: BSD-2-Clause
# Writes text files into a source file, as raw strings.
#
#   cmake "-DFILES=a;b" -DTEMPLATE=x.cc.in -DOUTPUT=x.cc -P embed.cmake
set(entries "")
foreach(file ${FILES})
  get_filename_component(name ${file} NAME_WE)
  file(READ ${file} text)
  string(APPEND entries
    "    std::pair<std::string_view, std::string_view>{\"${name}\", R\"embedded(${text})embedded\"},\n")
endforeach()
configure_file(${TEMPLATE} ${OUTPUT} @ONLY)
