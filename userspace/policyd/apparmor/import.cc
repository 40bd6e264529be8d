// SPDX-License-Identifier: BSD-2-Clause
#include "apparmor/import.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <set>

#include "apparmor/division.h"
#include "apparmor/file_rules.h"
#include "apparmor/names.h"
#include "apparmor/other_rules.h"
#include "apparmor/parse.h"
#include "apparmor/ready.h"
#include "base/text.h"
#include "syntax/format.h"

namespace eventfilter::apparmor {
namespace {

// The kernel's patterns have so many components at most.
constexpr std::size_t kMaxComponents = 8;

// Of proc only the root keeps labels (docs/labels.md), and its patterns reach whatever is deeper. A class with
// one member makes a pattern of a path that needn't be one.
std::string place_text(const Cell& cell) {
  const std::vector<std::string>& names = cell.components;
  const bool is_deep = names.size() > 2 && names.size() <= kMaxComponents + 1 && cell.literals() > 1;
  if (!is_deep || names[0] != "proc" || std::isalnum(static_cast<unsigned char>(names[1][0])) == 0) return cell.text();
  Cell placed = cell;
  placed.components[1] = std::string("[") + names[1][0] + "]" + names[1].substr(1);
  return placed.text();
}

class Importer {
 public:
  Importer(const std::vector<Profile>& profiles, const Options& options)
      : profiles_(profiles), options_(options), domains_(domain_names(profiles)),
        labels_(domains_.front()) {}

  base::Result<Imported> run(const std::string& from) {
    auto ready = make_ready(profiles_, domains_);
    if (!ready) return ready.error();
    const Division division = divide(ready.value(), profiles_.size(), options_.loaders);
    for (std::size_t i = 0; i < ready.value().size(); ++i) {
      const FileRule& rule = *ready.value()[i].rule;
      count("file", rule.place, rule.text, division.kept[i]);
    }
    std::string text = "policy 1;\n# From " + base::in_comment(from) + ", by policyctl import apparmor\n\n";
    text += label_text(division.parts);
    for (std::size_t i = 0; i < profiles_.size(); ++i) text += domain_text(division.parts, i);
    text += transition_text(division.parts);
    made_.domains = domains_;
    diag::Diagnostics diagnostics;
    made_.policy = syntax::format(diagnostics.add_source(from, text), diagnostics).value_or(text);
    return std::move(made_);
  }

 private:
  void count(const std::string& kind, const Place& place, const std::string& text, const Kept& kept) {
    Count& counts = made_.counts[kind];
    if (kept.how == Kept::How::Exact) {
      ++counts.exact;
      return;
    }
    const bool is_narrowed = kept.how == Kept::How::Narrowed;
    ++(is_narrowed ? counts.narrowed : counts.unsupported);
    list(place, std::string(is_narrowed ? "narrowed" : "left out") + ", " + kept.reason + ": " + text);
  }

  // Of a rule that goes over several lines, too
  void list(const Place& place, const std::string& text) {
    made_.listed.push_back({place, base::in_comment(text)});
  }

  std::string label_text(const std::vector<Part>& parts) {
    std::map<std::string, std::set<std::string>> patterns;
    for (const Part& part : parts) patterns[labels_.name(part.access)].insert(place_text(part.cell));
    std::string text;
    for (const auto& [name, all] : patterns) {
      std::string list;
      for (const std::string& one : all) list += (list.empty() ? "\"" : ", \"") + one + "\"";
      text += "label " + name + " = " + list + ";\n";
    }
    return text;
  }

  bool is_loader(const Cell& cell) const {
    return std::find(options_.loaders.begin(), options_.loaders.end(), cell.text()) != options_.loaders.end();
  }

  std::string domain_text(const std::vector<Part>& parts, std::size_t which) {
    const Profile& profile = profiles_[which];
    const auto has = [&](const char* flag) {
      return std::find(profile.flags.begin(), profile.flags.end(), flag) != profile.flags.end();
    };
    std::string text = "\n# " + base::in_comment(profile.name) + "\ndomain " + domains_[which] + " {\n";
    if (has("unconfined")) {
      list(profile.place, "flags=(unconfined): its rules would hold if it weren't; they do here");
    }
    if (has("complain")) list(profile.place, "flags=(complain): its rules hold here; write \"permissive domain\" for the same");
    for (const char* const flag : {"attach_disconnected", "mediate_deleted", "chroot_relative"}) {
      if (has(flag)) list(profile.place, std::string("flags=(") + flag + "): labels are of objects, whatever leads to them");
    }
    if (profile.is_hat) list(profile.place, "a hat: nobody changes into it, the domain is for who starts in it");
    std::map<std::string, Labelled> labels;
    for (const Part& part : parts) {
      const std::string name = labels_.name(part.access);
      Labelled& one = labels.try_emplace(name, Labelled{name, part.access[which], false}).first->second;
      one.is_loader = one.is_loader || is_loader(part.cell);
    }
    std::vector<Labelled> given;
    for (const auto& [name, one] : labels) {
      if (!one.access.is_nothing() || one.is_loader) given.push_back(one);
    }
    text += file_rules(given);
    const OtherRules others = other_rules(profiles_, domains_, which);
    for (std::size_t i = 0; i < others.kept.size(); ++i) {
      const OtherRule& rule = profile.others[i];
      count(rule.words[0], rule.place, rule.text, others.kept[i]);
    }
    return text + others.text + "}\n";
  }

  std::string transition_text(const std::vector<Part>& parts) {
    std::map<std::pair<std::string, std::string>, std::set<std::string>> all;
    for (const Part& part : parts) {
      for (std::size_t i = 0; i < part.access.size(); ++i) {
        if (part.access[i].target.empty()) continue;
        all[{domains_[i], part.access[i].target}].insert(labels_.name(part.access));
      }
    }
    std::string text;
    for (const auto& [pair, labels] : all) {
      std::string list;
      for (const std::string& label : labels) list += (list.empty() ? "" : ", ") + label;
      text += "\ntransition " + pair.first + " on " + list + " to " + pair.second + ";";
    }
    return text.empty() ? "" : text + "\n";
  }

  const std::vector<Profile>& profiles_;
  const Options& options_;
  const std::vector<std::string> domains_;
  LabelNames labels_;
  Imported made_;
};

}  // namespace

base::Result<Imported> import(const std::vector<File>& files, const Sources& sources, const Options& options) {
  Profiles profiles;
  std::string from;
  for (const File& file : files) {
    auto one = parse(file.name, file.text, sources);
    if (!one) return one.error();
    for (Profile& profile : one.value().all) profiles.all.push_back(std::move(profile));
    for (Remark& remark : one.value().remarks) profiles.remarks.push_back(std::move(remark));
    from += (from.empty() ? "" : ", ") + file.name;
  }
  if (profiles.all.empty()) return base::Error{EINVAL, from + ": no profile"};
  auto made = Importer(profiles.all, options).run(from);
  if (!made) return made;
  std::vector<Remark>& listed = made.value().listed;
  listed.insert(listed.end(), profiles.remarks.begin(), profiles.remarks.end());
  std::sort(listed.begin(), listed.end());
  listed.erase(std::unique(listed.begin(), listed.end()), listed.end());
  return made;
}

}  // namespace eventfilter::apparmor
