// SPDX-License-Identifier: BSD-2-Clause
#include "learn/observation.h"
#include "base/path.h"
#include "policy/policy.h"

#include <algorithm>
#include <tuple>

namespace eventfilter::learn {
namespace {

// What differs from one run to the next and says nothing about what is done.
constexpr const char* kPassing[] = {"ino", "dev", "owner", "group", "uid", "gid"};

std::string joined(const std::string& directory, const std::string& name) {
  return directory == "/" ? "/" + name : directory + '/' + name;
}

// From a path in the file system to one in the tree of mounts; "" if it isn't beneath the place.
std::string path_in(const Place& place, const std::string& path) {
  std::string below = path;
  if (place.root != "/") {
    if (path != place.root && !path.starts_with(place.root + '/')) return "";
    below = path.substr(place.root.size());
  }
  if (below.empty() || below == "/") return place.point;
  return place.point == "/" ? below : place.point + below;
}

const Place* place_of(const std::vector<std::string>& labels, const std::vector<Place>& places) {
  for (const Place& place : places) {
    if (std::find(labels.begin(), labels.end(), place.label) != labels.end()) return &place;
  }
  return nullptr;
}

bool has(const std::vector<std::string>& labels, const std::string& label) {
  return std::find(labels.begin(), labels.end(), label) != labels.end();
}

void set_path(const records::Record& record, const std::vector<Place>& places,
              Observation& observation) {
  const auto labels = record.labels("label");
  observation.is_own_task = has(labels, kOwnTask);
  observation.is_anonymous = has(labels, std::string(policy::kAnonymous));
  // What belongs to a task is in /proc whatever its label says
  const Place* place = place_of(labels, places);
  if (place == nullptr && observation.is_own_task) {
    const auto proc = std::find_if(places.begin(), places.end(),
                                   [](const Place& one) { return one.type == "proc"; });
    if (proc != places.end()) place = &*proc;
  }
  if (place == nullptr || record.path.empty()) return;
  observation.path = path_in(*place, record.path);
  observation.fs_type = place->type;
}

void set_new_path(const records::Record& record, const std::vector<Place>& places,
                  Observation& observation) {
  const records::Value* const path = record.find("new_path");
  const records::Value* const name = record.find("new_name");
  const Place* const place = place_of(record.labels("new_label"), places);
  if (path != nullptr && place != nullptr) {
    observation.new_path = path_in(*place, path->text);
  } else if (name != nullptr && !observation.path.empty()) {
    observation.new_path = joined(base::directory_of(observation.path), name->text);
  }
}

auto key_of(const Observation& one) {
  return std::tie(one.event, one.path, one.new_path, one.endpoint, one.is_own_task,
                  one.is_anonymous, one.numbers, one.texts);
}

}  // namespace

std::int64_t Observation::number(const std::string& field) const {
  const auto found = numbers.find(field);
  return found == numbers.end() ? 0 : found->second;
}

std::optional<Observation> observe(const records::Record& record,
                                   const std::vector<Place>& places) {
  const bool is_event = !record.event.empty() && record.event != "syscall" &&
                        record.event.find_first_of(" -") == std::string::npos;
  if (!is_event) return std::nullopt;
  Observation made;
  made.event = record.event;
  made.programs.insert(record.comm);
  if (record.event.starts_with("socket_")) {
    made.endpoint = record.path;
  } else {
    set_path(record, places, made);
  }
  set_new_path(record, places, made);
  for (const records::Value& value : record.values) {
    const bool passes =
        std::find(std::begin(kPassing), std::end(kPassing), value.name) != std::end(kPassing);
    if (value.is_string) {
      made.texts[value.name] = value.text;
    } else if (const auto number = records::number_of(value)) {
      (passes ? made.passing : made.numbers)[value.name] = number.value();
    }
  }
  return made;
}

std::vector<Observation> merged(const std::vector<Observation>& all) {
  std::vector<Observation> sorted = all;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Observation& a, const Observation& b) {
    return key_of(a) < key_of(b);
  });
  std::vector<Observation> kept;
  for (Observation& one : sorted) {
    if (!kept.empty() && key_of(kept.back()) == key_of(one)) {
      kept.back().programs.merge(one.programs);
    } else {
      kept.push_back(std::move(one));
    }
  }
  return kept;
}

}  // namespace eventfilter::learn
