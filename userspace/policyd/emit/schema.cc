// SPDX-License-Identifier: BSD-2-Clause
#include "emit/schema.h"

#include <algorithm>

namespace eventfilter::emit {
namespace {

static_assert(static_cast<int>(events::Group::Syscalls) == EVF_GROUP_SYSCALLS);
static_assert(static_cast<int>(events::Group::System) == EVF_GROUP_SYSTEM);
static_assert(static_cast<int>(events::Kind::Integer) == EVF_KIND_INT);
static_assert(static_cast<int>(events::Kind::Label) == EVF_KIND_LABEL);
static_assert(static_cast<int>(events::Kind::Pointer) == EVF_KIND_POINTER);

const char* text_or_null(const std::string& text) { return text.empty() ? nullptr : text.c_str(); }

std::vector<evf_field> core_fields(const events::Event& event) {
  std::vector<evf_field> fields;
  const std::size_t own = event.fields.size() < 2 ? 0 : event.fields.size() - 2;
  for (const events::Field& field : event.fields) {
    evf_field made{};
    made.name = field.name.c_str();
    made.instead = text_or_null(field.instead);
    made.kind = static_cast<std::uint8_t>(field.kind);
    made.size = static_cast<std::uint8_t>(field.size);
    made.is_signed = field.is_signed;
    // The subject's ids come last, and have the same slots in every event.
    const std::size_t slot = fields.size() < own ? fields.size() : EVF_SLOT_UID + fields.size() - own;
    made.slot = static_cast<std::uint8_t>(slot);
    fields.push_back(made);
  }
  return fields;
}

}  // namespace

CoreSchema::CoreSchema(const events::Target& target, const std::vector<policy::Label>& labels)
    : face_{{&find_event, &find_label, &label_name}, this}, target_(target), labels_(labels) {
  for (const events::Event& event : target.events()) fields_.push_back(core_fields(event));
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const events::Event& event = target.events()[i];
    evf_event made{};
    made.name = event.name.c_str();
    made.usual_name = text_or_null(event.usual_name);
    made.fields = fields_[i].data();
    made.id = static_cast<std::uint16_t>(i);
    made.nr_fields = static_cast<std::uint8_t>(fields_[i].size());
    made.group = static_cast<std::uint8_t>(event.group);
    events_.push_back(made);
  }
}

const evf_event* CoreSchema::find_event(const evf_schema* schema, const char* name,
                                        std::size_t size) {
  const CoreSchema& self = *reinterpret_cast<const Face*>(schema)->owner;
  const events::Event* const found = self.target_.find({name, size});
  if (found == nullptr) return nullptr;
  return &self.events_[static_cast<std::size_t>(found - self.target_.events().data())];
}

int CoreSchema::find_label(const evf_schema* schema, const char* name, std::size_t size) {
  const CoreSchema& self = *reinterpret_cast<const Face*>(schema)->owner;
  const std::string_view wanted(name, size);
  const auto found =
      std::lower_bound(self.labels_.begin(), self.labels_.end(), wanted,
                       [](const policy::Label& label, std::string_view n) { return label.name < n; });
  if (found == self.labels_.end() || found->name != wanted) return -1;
  return static_cast<int>(found - self.labels_.begin());
}

const char* CoreSchema::label_name(const evf_schema* schema, std::uint16_t id) {
  return reinterpret_cast<const Face*>(schema)->owner->labels_[id].name.c_str();
}

}  // namespace eventfilter::emit
