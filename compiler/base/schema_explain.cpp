#include "compiler/base/schema_explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <functional>
#include <regex>
#include <set>

#include "compiler/base/files.h"

namespace heddle {
namespace {

using Found = std::optional<Violation>;

bool is_integer(const Json& value) {
  if (value.is_number_integer()) return true;
  return value.is_number_float() && std::nearbyint(value.get<double>()) == value.get<double>();
}

bool has_type(const Json& value, const std::string& type) {
  if (type == "integer") return is_integer(value);
  if (type == "number") return value.is_number();
  return value.type_name() == type;
}

std::vector<std::string> types_of(const Json& schema) {
  if (!schema.contains("type")) return {};
  if (schema["type"].is_string()) return {schema["type"].get<std::string>()};
  return schema["type"].get<std::vector<std::string>>();
}

std::string list_of(const Json& values) {
  std::vector<std::string> texts;
  for (const Json& value : values) texts.push_back(shown(value));
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string range_of(const Json& schema, const char* low, const char* high) {
  if (schema.contains(low) && schema.contains(high))
    return fmt::format(" from {} to {}", schema[low].dump(), schema[high].dump());
  if (schema.contains(low)) return fmt::format(" >= {}", schema[low].dump());
  if (schema.contains(high)) return fmt::format(" <= {}", schema[high].dump());
  return {};
}

class Explainer {
 public:
  explicit Explainer(const Json& root) : root_(root) {}

  Found check(const Json& given, const Json& value, const std::string& at) const {
    if (given.is_boolean()) return given.get<bool>() ? Found{} : Found{{at, "not allowed here", "", true}};
    const Json& schema = resolve(given);
    if (auto found = check_type(schema, value, at)) return found;
    if (auto found = check_choice(schema, value, at)) return found;
    if (auto found = check_range(schema, value, at)) return found;
    if (auto found = check_combined(schema, value, at)) return found;
    if (value.is_object()) return check_object(schema, value, at);
    if (value.is_array()) return check_array(schema, value, at);
    return {};
  }

 private:
  /// Follows local references ("#/definitions/x").
  const Json& resolve(const Json& schema) const {
    const Json* current = &schema;
    while (current->is_object() && current->contains("$ref"))
      current = &root_.at(Json::json_pointer((*current)["$ref"].get<std::string>().substr(1)));
    return *current;
  }

  /// What a value has to be, in a few words.
  std::string expectation(const Json& given) const {
    const Json& schema = resolve(given);
    if (!schema.is_object()) return "another value";
    if (schema.contains("const")) return shown(schema["const"]);
    if (schema.contains("enum")) return (schema["enum"].size() > 1 ? "one of " : "") + list_of(schema["enum"]);
    for (const char* keyword : {"oneOf", "anyOf"})
      if (schema.contains(keyword)) return alternatives(schema[keyword]);
    std::vector<std::string> names;
    for (const std::string& type : types_of(schema))
      names.push_back(type == "array" ? "list" : type == "object" ? "mapping" : type);
    std::string text = fmt::format("{}", fmt::join(names, " or "));
    text += range_of(schema, "minimum", "maximum");
    if (schema.contains("exclusiveMinimum")) text += " > " + schema["exclusiveMinimum"].dump();
    if (schema.contains("multipleOf")) text += " that is a multiple of " + schema["multipleOf"].dump();
    return text.empty() ? "another value" : text;
  }

  std::string alternatives(const Json& schemas) const {
    std::vector<std::string> texts;
    for (const Json& schema : schemas) texts.push_back(expectation(schema));
    return fmt::format("{}", fmt::join(texts, ", or "));
  }

  Violation mismatch(const Json& schema, const Json& value, const std::string& at) const {
    return {at, fmt::format("expected {}, found {}", expectation(schema), shown(value)), "", false};
  }

  Found check_type(const Json& schema, const Json& value, const std::string& at) const {
    const auto types = types_of(schema);
    for (const std::string& type : types)
      if (has_type(value, type)) return {};
    if (types.empty()) return {};
    return mismatch(schema, value, at);
  }

  Found check_choice(const Json& schema, const Json& value, const std::string& at) const {
    if (schema.contains("const") && schema["const"] != value) return mismatch(schema, value, at);
    if (!schema.contains("enum")) return {};
    std::vector<std::string> names;
    for (const Json& choice : schema["enum"]) {
      if (choice == value) return {};
      if (choice.is_string()) names.push_back(choice.get<std::string>());
    }
    Violation violation = mismatch(schema, value, at);
    if (value.is_string())
      if (const std::string near = nearest_name(value.get<std::string>(), names); !near.empty())
        violation.hint = fmt::format("did you mean \"{}\"?", near);
    return violation;
  }

  Found check_range(const Json& schema, const Json& value, const std::string& at) const {
    bool ok = true;
    if (value.is_number()) {
      ok =
          (!schema.contains("minimum") || value >= schema["minimum"]) &&
          (!schema.contains("maximum") || value <= schema["maximum"]) &&
          (!schema.contains("exclusiveMinimum") || value > schema["exclusiveMinimum"]) &&
          (!schema.contains("multipleOf") || std::fmod(value.get<double>(), schema["multipleOf"].get<double>()) == 0.0);
    }
    if (!ok) return mismatch(schema, value, at);
    if (value.is_string()) return check_text(schema, value, at);
    return {};
  }

  static Found check_text(const Json& schema, const Json& value, const std::string& at) {
    const auto& text = value.get_ref<const std::string&>();
    if ((schema.contains("minLength") && text.size() < schema["minLength"].get<std::size_t>()) ||
        (schema.contains("maxLength") && text.size() > schema["maxLength"].get<std::size_t>()))
      return {{at,
               fmt::format("expected text with length{}, found {}", range_of(schema, "minLength", "maxLength"),
                           shown(value)),
               "", false}};
    if (schema.contains("pattern") &&
        !std::regex_search(text, std::regex(schema["pattern"].get<std::string>(), std::regex::ECMAScript)))
      return {{at, fmt::format("{} does not have the form {}", shown(value), schema["pattern"].get<std::string>()), "",
               false}};
    return {};
  }

  Found check_combined(const Json& schema, const Json& value, const std::string& at) const {
    if (schema.contains("allOf"))
      for (const Json& part : schema["allOf"])
        if (auto found = check(part, value, at)) return found;
    for (const char* keyword : {"anyOf", "oneOf"})
      if (schema.contains(keyword))
        if (auto found = check_alternatives(schema[keyword], value, at)) return found;
    if (schema.contains("if")) {
      const char* branch = check(schema["if"], value, at) ? "else" : "then";
      if (schema.contains(branch)) return check(schema[branch], value, at);
    }
    return {};
  }

  /// None fits: the violation of the only alternative of the right type, or all expectations.
  Found check_alternatives(const Json& schemas, const Json& value, const std::string& at) const {
    std::vector<Violation> deeper;
    for (const Json& schema : schemas) {
      auto found = check(schema, value, at);
      if (!found) return {};
      if (found->pointer.size() > at.size() || found->at_key) deeper.push_back(*found);
    }
    if (deeper.size() == 1) return deeper.front();
    return {{at, fmt::format("expected {}, found {}", alternatives(schemas), shown(value)), "", false}};
  }

  Found check_object(const Json& schema, const Json& value, const std::string& at) const {
    static const Json kNone = Json::object();
    const Json& properties = schema.contains("properties") ? schema["properties"] : kNone;
    const Json rest = schema.contains("additionalProperties") ? schema["additionalProperties"] : Json(true);
    for (const auto& [key, member] : value.items()) {
      const std::string below = pointer_to(at, key);
      if (schema.contains("propertyNames"))
        if (auto found = check(schema["propertyNames"], Json(key), below)) {
          found->at_key = true;
          return found;
        }
      if (properties.contains(key)) {
        if (auto found = check(properties[key], member, below)) return found;
      } else if (rest == Json(false)) {
        return unknown_key(properties, value, key, at);
      } else if (auto found = check(rest, member, below)) {
        return found;
      }
    }
    if (schema.contains("required"))
      for (const Json& key : schema["required"])
        if (!value.contains(key.get<std::string>()))
          return {{at, fmt::format("key {} is missing", shown(key)), "", false}};
    if ((schema.contains("minProperties") && value.size() < schema["minProperties"].get<std::size_t>()) ||
        (schema.contains("maxProperties") && value.size() > schema["maxProperties"].get<std::size_t>()))
      return {{at,
               fmt::format("expected a mapping with a number of keys{}, found {}",
                           range_of(schema, "minProperties", "maxProperties"), value.size()),
               "", false}};
    return {};
  }

  /// Keys that are not there yet are better guesses than those that are.
  static Violation unknown_key(const Json& properties, const Json& value, const std::string& key,
                               const std::string& at) {
    std::vector<std::string> free;
    for (const auto& [name, unused] : properties.items())
      if (!value.contains(name)) free.push_back(name);
    const std::string near = nearest_name(key, free);
    std::string hint;
    if (!near.empty())
      hint = fmt::format("did you mean \"{}\"?", near);
    else if (!free.empty())
      hint = fmt::format("other valid keys here: {}", fmt::join(free, ", "));
    return {pointer_to(at, key), fmt::format("unknown key \"{}\"", key), hint, true};
  }

  Found check_array(const Json& schema, const Json& value, const std::string& at) const {
    if (schema.contains("items"))
      for (std::size_t i = 0; i < value.size(); ++i) {
        const bool tuple = schema["items"].is_array();
        if (tuple && i >= schema["items"].size()) break;
        if (auto found = check(tuple ? schema["items"][i] : schema["items"], value[i], pointer_to(at, i))) return found;
      }
    if ((schema.contains("minItems") && value.size() < schema["minItems"].get<std::size_t>()) ||
        (schema.contains("maxItems") && value.size() > schema["maxItems"].get<std::size_t>()))
      return {{at,
               fmt::format("expected a list with a number of items{}, found {}",
                           range_of(schema, "minItems", "maxItems"), value.size()),
               "", false}};
    if (schema.value("uniqueItems", false)) {
      std::set<std::string> seen;
      for (std::size_t i = 0; i < value.size(); ++i)
        if (!seen.insert(value[i].dump()).second)
          return {{pointer_to(at, i), fmt::format("{} is given twice", shown(value[i])), "", false}};
    }
    return {};
  }

  const Json& root_;
};

}  // namespace

std::string shown(const Json& value) {
  if (value.is_object()) return value.empty() ? "an empty mapping" : "a mapping";
  if (value.is_array()) return value.empty() ? "an empty list" : "a list";
  if (value.is_null()) return "nothing (null)";
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  constexpr std::size_t kLimit = 60;
  if (text.size() > kLimit) text = text.substr(0, kLimit) + "...";
  return text;
}

std::optional<Violation> explain_schema(const Json& schema, const Json& value) {
  return Explainer(schema).check(schema, value, "");
}

}  // namespace heddle
