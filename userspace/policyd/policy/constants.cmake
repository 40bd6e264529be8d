# SPDX-License-Identifier: BSD-2-Clause
# Writes a C table of the integer macros of system headers, so that no value is typed by hand.
#
#   cmake -DCOMPILER=cc "-DHEADERS=a.h;b.h" "-DPREFIXES=O_;F_" -DARRAY=name -DOUTPUT=file.c -P constants.cmake
#
# "-DENUMS=bpf_cmd" adds the members of enumerations, "-DINCLUDES=folder" a folder to look for headers in,
# -DIOCTLS=1 what is made of a structure's size.
set(includes "")
foreach(header ${HEADERS})
  string(APPEND includes "#include <${header}>\n")
endforeach()
file(WRITE ${OUTPUT}.headers.c "${includes}")
set(folders "")
foreach(folder ${INCLUDES})
  list(APPEND folders -I${folder})
endforeach()
execute_process(COMMAND ${COMPILER} ${folders} -E -dM ${OUTPUT}.headers.c
  OUTPUT_VARIABLE macros RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "${COMPILER} can't read the system's headers")
endif()

string(REPLACE ";" "|" any "${PREFIXES}")
string(REGEX MATCHALL "#define (${any})[A-Z0-9_]+ [^\n]+" lines "${macros}")
set(entries "")
foreach(line ${lines})
  string(REGEX REPLACE "#define ([A-Z0-9_]+) (.*)" "\\1;\\2" pair "${line}")
  list(LENGTH pair length)
  if(length LESS 2)
    continue()  # defined as nothing
  endif()
  list(GET pair 0 name)
  list(GET pair 1 value)
  # Strings, casts to pointers and types, and statements are no numbers
  set(unusable "[\"{*?]|_t\\)|struct|sizeof|__libc|_NSIG|-1\\)$")
  if(IOCTLS)
    set(unusable "[\"{*?]|__libc")
  endif()
  if(NOT value MATCHES "${unusable}")
    string(APPEND entries "\t{ \"${name}\", (long long)(${name}) },\n")
  endif()
endforeach()

if(ENUMS)
  execute_process(COMMAND ${COMPILER} ${folders} -E -P ${OUTPUT}.headers.c OUTPUT_VARIABLE text)
  foreach(enum ${ENUMS})
    if(NOT text MATCHES "enum ${enum} {([^}]*)}")
      message(FATAL_ERROR "there is no enum ${enum} in ${HEADERS}")
    endif()
    string(REGEX MATCHALL "[A-Z][A-Z0-9_]+[ \n]*[,=}]" members "${CMAKE_MATCH_1},")
    foreach(member ${members})
      string(REGEX MATCH "[A-Z][A-Z0-9_]+" name "${member}")
      string(APPEND entries "\t{ \"${name}\", (long long)(${name}) },\n")
    endforeach()
  endforeach()
endif()

file(WRITE ${OUTPUT} "/* Written by constants.cmake. */
${includes}
struct evf_constant {
	const char *name;
	long long value;
};

extern const struct evf_constant ${ARRAY}[];

const struct evf_constant ${ARRAY}[] = {
${entries}	{ 0, 0 },
};
")
