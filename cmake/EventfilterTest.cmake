# SPDX-License-Identifier: BSD-2-Clause
include(GoogleTest)
find_package(GTest REQUIRED)

# evf_unit_test(name SOURCES file... [LIBS library...] [LABELS label...] [TIMEOUT seconds])
# A GoogleTest program that needs nothing but this machine; each of its cases is a case for CTest.
# The label "unit" is what `make check` runs. The guest needs none of them.
function(evf_unit_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LIBS;LABELS" ${ARGN})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gtest GTest::gmock GTest::gtest_main)
  evf_warnings(${name})
  if(EVENTFILTER_GUEST)
    set_target_properties(${name} PROPERTIES EXCLUDE_FROM_ALL ON)
    return()
  endif()
  gtest_discover_tests(${name}
    DISCOVERY_TIMEOUT 120
    PROPERTIES LABELS "unit;${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
endfunction()

# evf_guest_test(name SOURCES file... [LIBS library...])
# A program for the virtual machine, called *_test (run as root there) or *_user_test (run as uid
# 1000). Built by the preset "guest" only, into build/guest/selftests, where guest-main.sh finds it.
function(evf_guest_test name)
  if(NOT EVENTFILTER_GUEST)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  # GoogleTest goes in statically: the guest has no need for its package
  target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gtest GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/selftests)
  evf_warnings(${name})
endfunction()

# All that the preset "fuzz" builds: the rest needn't link with clang's sanitizers
if(EVENTFILTER_FUZZ)
  add_custom_target(fuzz_targets)
endif()

# evf_fuzz_target(name SOURCES file... [LIBS library...])
# A libFuzzer target, built by the preset "fuzz" only, into build/fuzz/fuzz, where `make fuzz` finds
# it. Beside the sources there may be seeds, a folder <name>_corpus, and a dictionary, <name>.dict.
function(evf_fuzz_target name)
  if(NOT EVENTFILTER_FUZZ)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;LIBS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS})
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  evf_warnings(${name})
  add_dependencies(fuzz_targets ${name})
  set(seeds ${CMAKE_CURRENT_SOURCE_DIR}/${name}_corpus)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/fuzz)
  if(IS_DIRECTORY ${seeds})
    file(CREATE_LINK ${seeds} ${CMAKE_BINARY_DIR}/fuzz/${name}_seeds SYMBOLIC)
  endif()
  set(dictionary ${CMAKE_CURRENT_SOURCE_DIR}/${name}.dict)
  if(EXISTS ${dictionary})
    file(CREATE_LINK ${dictionary} ${CMAKE_BINARY_DIR}/fuzz/${name}.dict SYMBOLIC)
  endif()
endfunction()
