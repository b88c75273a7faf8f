# Language, warnings, sanitizers and the two functions every room uses.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

# No path of the build machine in binaries and messages.
add_compile_options(-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=)

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

option(HEDDLE_SANITIZE "Build with AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
if(HEDDLE_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  # GCC 12 warns falsely about std::regex under the sanitizers.
  add_compile_options(-Wno-maybe-uninitialized)
  add_link_options(-fsanitize=address,undefined)
endif()
option(HEDDLE_COVERAGE "Build for gcov" OFF)
if(HEDDLE_COVERAGE)
  add_compile_options(--coverage -O0)
  add_link_options(--coverage)
endif()

# Coverage-guided fuzzing of the parsers: cmake -DCMAKE_CXX_COMPILER=clang++-19 -DHEDDLE_FUZZ=ON, then build the target `fuzzers`.
option(HEDDLE_FUZZ "Build everything for libFuzzer (clang only)" OFF)
if(HEDDLE_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    message(FATAL_ERROR "HEDDLE_FUZZ needs clang++, since gcc has no libFuzzer")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
endif()

add_library(heddle_warnings INTERFACE)
target_compile_options(heddle_warnings INTERFACE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Werror)
# clang sees libstdc++ 12 use its own deprecated get_temporary_buffer inside std::stable_sort.
target_compile_options(heddle_warnings INTERFACE $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>)

# heddle_room(NAME SOURCES file... [PUBLIC lib...] [PRIVATE lib...]): the static library heddle_NAME of a room.
function(heddle_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(heddle_${name} STATIC ${ROOM_SOURCES})
  target_include_directories(heddle_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(heddle_${name} PUBLIC ${ROOM_PUBLIC} PRIVATE ${ROOM_PRIVATE} heddle_warnings)
endfunction()

# heddle_embed(VARIABLE FILE): a generated .cpp, its path in VARIABLE, that defines `extern const char* const heddle_VARIABLE` with
# the text of FILE, so that binaries need no path to it.
function(heddle_embed variable file)
  file(READ ${file} HEDDLE_EMBEDDED_TEXT)
  set(HEDDLE_EMBEDDED_NAME heddle_${variable})
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${variable}.cpp)
  configure_file(${CMAKE_SOURCE_DIR}/scripts/cmake/embedded.cpp.in ${generated} @ONLY)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  set(${variable} ${generated} PARENT_SCOPE)
endfunction()

# heddle_test(NAME SOURCES file... LINK lib... [LABELS label...] [TIMEOUT s] [PROPERTIES ...]): a GoogleTest binary; every test is a ctest of its own process.
function(heddle_test name)
  cmake_parse_arguments(TEST "" "TIMEOUT" "SOURCES;LINK;LABELS;DEFINITIONS" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_link_libraries(${name} PRIVATE ${TEST_LINK} heddle_test_support heddle_warnings GTest::gmock)
  target_compile_definitions(${name} PRIVATE HEDDLE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" HEDDLE_BINARY_DIR="${CMAKE_BINARY_DIR}" ${TEST_DEFINITIONS})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 120)
  endif()
  gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${TEST_TIMEOUT} LABELS "${TEST_LABELS}")
endfunction()
