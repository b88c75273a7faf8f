// The report page of a compiled program: what its directory holds, put together.
#pragma once

#include <filesystem>

#include "compiler/base/result.h"
#include "runtime/report/page.h"
#include "runtime/session/program.h"

namespace heddle::report {

/// Copies the text of every source file that an operation or a loop came from into DIR/sources.json (heddle.sources/1),
/// so that the program directory explains itself when the sources have moved. Files that cannot be read are left out.
Status write_sources(const session::CompiledProgram& program, const std::filesystem::path& directory);

/// Reads sources.json, simulation.json and verification.json where they exist, and adds the array's estimated cost on
/// `device` (empty: a default one), the energy of the simulation, and the formats' units. Fails if a file is malformed,
/// or there is no such device. Without an estimate the page says why.
Result<PageInput> page_input(const session::CompiledProgram& program, const std::filesystem::path& directory,
                             const std::string& device = {});

/// Renders the page and writes it.
Status write_page(const session::CompiledProgram& program, const std::filesystem::path& directory,
                  const std::filesystem::path& file, const std::string& device = {});

}  // namespace heddle::report
