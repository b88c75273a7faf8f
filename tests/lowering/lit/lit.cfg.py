"""lit configuration of the lowering's tests; CMake passes the tools as parameters."""
import lit.formats

config.name = "heddle-lowering"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".test"]
config.test_exec_root = lit_config.params["output"]
for name in ("dump", "filecheck"):
    config.substitutions.append(("%" + name, lit_config.params[name]))
