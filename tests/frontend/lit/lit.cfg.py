"""lit configuration of the pass plugin's tests; CMake passes the tools as parameters."""
import lit.formats

config.name = "heddle-dfg"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".c", ".ll"]
config.test_exec_root = lit_config.params["output"]
for name in ("clang", "opt", "filecheck", "plugin", "include"):
    config.substitutions.append(("%" + name, lit_config.params[name]))
config.substitutions.append(("%ir", lit_config.params["clang"] + " -O2 -Xclang -disable-llvm-passes -g "
                             "-fno-discard-value-names -ffp-contract=off -D__HEDDLE__=1 -I" + lit_config.params["include"] + " -S -emit-llvm -o - %s"))
config.substitutions.append(("%dfg", lit_config.params["opt"] + " -load-pass-plugin=" + lit_config.params["plugin"] +
                             " -disable-output"))
