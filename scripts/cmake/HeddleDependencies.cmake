# Every external package, found once. Traps and their cures: docs/building.md.
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
find_package(GTest REQUIRED)
include(GoogleTest)

# ONNX files. Debian's onnx needs protobuf found first, and hands on the definitions its headers want.
find_package(Protobuf REQUIRED)
find_package(ONNX REQUIRED)
add_library(heddle_onnx_proto INTERFACE)
target_link_libraries(heddle_onnx_proto INTERFACE onnx onnx_proto)

# Debian's LLVM matches major.minor, and LLVM 14 may be installed beside it.
find_package(LLVM 19.1 REQUIRED CONFIG PATHS /usr/lib/llvm-19/lib/cmake/llvm NO_DEFAULT_PATH)
separate_arguments(HEDDLE_LLVM_DEFINITIONS NATIVE_COMMAND ${LLVM_DEFINITIONS})
add_library(heddle_llvm INTERFACE)
target_include_directories(heddle_llvm SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS})
target_compile_definitions(heddle_llvm INTERFACE ${HEDDLE_LLVM_DEFINITIONS})
target_link_libraries(heddle_llvm INTERFACE LLVM)

find_package(MLIR 19.1 REQUIRED CONFIG PATHS /usr/lib/llvm-19/lib/cmake/mlir NO_DEFAULT_PATH)
add_library(heddle_mlir INTERFACE)
target_include_directories(heddle_mlir SYSTEM INTERFACE ${MLIR_INCLUDE_DIRS})
target_link_libraries(heddle_mlir INTERFACE MLIR heddle_llvm)

# Debian's libsystemc is built as C++17; every TU that includes <systemc> must say so.
pkg_check_modules(SYSTEMC REQUIRED IMPORTED_TARGET systemc)
add_library(heddle_systemc_lib INTERFACE)
target_link_libraries(heddle_systemc_lib INTERFACE PkgConfig::SYSTEMC)
target_compile_definitions(heddle_systemc_lib INTERFACE SC_CPLUSPLUS=201703L)

find_program(VERILATOR_PROGRAM verilator REQUIRED)
find_program(YOSYS_PROGRAM yosys)

# FST waves: the writer that Verilator brings with it (MIT). Its own symbols stay inside, since verilated models have another copy.
find_package(ZLIB REQUIRED)
find_path(FSTAPI_DIRECTORY fstapi.h PATHS /usr/share/verilator/include/gtkwave REQUIRED)
set(fst_sources ${FSTAPI_DIRECTORY}/fstapi.c ${FSTAPI_DIRECTORY}/fastlz.c ${FSTAPI_DIRECTORY}/lz4.c)
add_library(heddle_fst STATIC ${fst_sources})
target_include_directories(heddle_fst SYSTEM PUBLIC ${FSTAPI_DIRECTORY})
target_compile_definitions(heddle_fst PRIVATE FST_CONFIG_INCLUDE="fst_config.h")
target_compile_options(heddle_fst PRIVATE -w -fvisibility=hidden -fno-sanitize=all)
target_link_libraries(heddle_fst PUBLIC ZLIB::ZLIB)
find_program(CLANG_PROGRAM clang-19 REQUIRED)

# CaDiCaL has no CMake configuration in Debian.
find_library(CADICAL_LIBRARY cadical REQUIRED)
find_path(CADICAL_INCLUDE cadical.hpp REQUIRED)
