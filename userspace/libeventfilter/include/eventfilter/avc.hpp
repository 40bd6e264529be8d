// SPDX-License-Identifier: BSD-2-Clause
//
// The access vector cache and the cache of rulesets for C++20. avc.h and ruleset_cache.h document
// what each call does and may fail with.
#pragma once

#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <eventfilter.hpp>
#include <eventfilter/avc.h>
#include <eventfilter/avc_page.h>
#include <eventfilter/ruleset_cache.h>

namespace eventfilter {

// Asked when the cache doesn't know; returns 0 or a negative errno. In several threads at once.
using AvcResolver =
    std::function<int(const eventfilter_avc_question&, eventfilter_avc_decision&)>;

class Avc {
 public:
  // page: of whoever decides, or -1. The resolver must not throw.
  static Result<Avc> create(size_t entries, AvcResolver resolver, int page = -1) {
    auto kept = std::make_unique<AvcResolver>(std::move(resolver));
    eventfilter_avc* avc = nullptr;
    const int result = eventfilter_avc_create(entries, page, ask, kept.get(), &avc);
    if (result < 0) return Error(result, "access vector cache");
    return Avc(avc, std::move(kept));
  }

  Result<uint32_t> id(const std::string& name) {
    const int id = eventfilter_avc_id(avc_.get(), name.c_str());
    if (id < 0) return Error(id, "name of a label");
    return static_cast<uint32_t>(id);
  }
  Result<uint16_t> class_id(const std::string& name, const std::string& permissions) {
    const int id = eventfilter_avc_class(avc_.get(), name.c_str(), permissions.c_str());
    if (id < 0) return Error(id, "class");
    return static_cast<uint16_t>(id);
  }
  // 0 where the class has no such permission
  uint32_t permission(uint16_t class_id, const std::string& name) const {
    return eventfilter_avc_permission(avc_.get(), class_id, name.c_str());
  }
  // false also when it can't be found out: eventfilter_avc_check() says why
  [[nodiscard]] bool allows(uint32_t subject, uint32_t object, uint16_t class_id,
                            uint32_t requested) {
    return eventfilter_avc_check(avc_.get(), subject, object, class_id, requested) == 0;
  }
  Result<eventfilter_avc_decision> decide(uint32_t subject, uint32_t object, uint16_t class_id,
                                          uint32_t requested) {
    eventfilter_avc_decision decision;
    const int result = eventfilter_avc_decide(avc_.get(), subject, object, class_id, requested, &decision);
    if (result < 0 && result != -EACCES) return Error(result, "access vector cache");
    return decision;
  }
  bool is_current(const eventfilter_avc_decision& decision) const {
    return eventfilter_avc_is_current(avc_.get(), &decision) != 0;
  }
  Result<void> invalidate() {
    return detail::done(eventfilter_avc_invalidate(avc_.get()), "access vector cache");
  }
  Result<void> reconnect(int page) {
    return detail::done(eventfilter_avc_reconnect(avc_.get(), page), "access vector cache");
  }
  eventfilter_avc_stats stats() const {
    eventfilter_avc_stats stats;
    eventfilter_avc_get_stats(avc_.get(), &stats);
    return stats;
  }
  eventfilter_avc* get() const { return avc_.get(); }

 private:
  struct Destroy {
    void operator()(eventfilter_avc* avc) const { eventfilter_avc_destroy(avc); }
  };
  Avc(eventfilter_avc* avc, std::unique_ptr<AvcResolver> resolver)
      : resolver_(std::move(resolver)), avc_(avc) {}
  static int ask(void* resolver, const eventfilter_avc_question* question,
                 eventfilter_avc_decision* decision) {
    return (*static_cast<AvcResolver*>(resolver))(*question, *decision);
  }

  std::unique_ptr<AvcResolver> resolver_;  // outlives the cache that calls it
  std::unique_ptr<eventfilter_avc, Destroy> avc_;
};

// What tells caches that the policy has changed. Ends with the thread that made it.
class AvcPublisher {
 public:
  static Result<AvcPublisher> create() {
    eventfilter_avc_page* page = nullptr;
    const int fd = eventfilter_avc_page_create(&page);
    if (fd < 0) return Error(fd, "page of generations");
    return AvcPublisher(fd, page);
  }
  uint64_t publish() { return eventfilter_avc_page_publish(page_.get()); }
  uint64_t generation() const { return eventfilter_avc_page_generation(page_.get()); }
  int fd() const { return fd_.fd(); }

 private:
  struct Destroy {
    void operator()(eventfilter_avc_page* page) const { eventfilter_avc_page_destroy(page); }
  };
  AvcPublisher(int fd, eventfilter_avc_page* page) : fd_(fd), page_(page) {}
  Handle fd_;
  std::unique_ptr<eventfilter_avc_page, Destroy> page_;
};

// Frozen rulesets by their text.
class RulesetCache {
 public:
  static Result<RulesetCache> create(size_t most, int labels = -1) {
    eventfilter_ruleset_cache* cache = nullptr;
    const int result = eventfilter_ruleset_cache_create(labels, most, &cache);
    if (result < 0) return Error(result, "cache of rulesets");
    return RulesetCache(cache);
  }
  Result<Ruleset> get(std::string_view text, unsigned flags = 0, const char* label = nullptr) {
    eventfilter_text_error error = {};
    const int fd = eventfilter_ruleset_cache_get(cache_.get(), text.data(), text.size(), flags,
                                                 label, &error);
    if (fd < 0) return Error(fd, "ruleset", error);
    return Ruleset(fd);
  }
  eventfilter_ruleset_cache_stats stats() const {
    eventfilter_ruleset_cache_stats stats;
    eventfilter_ruleset_cache_get_stats(cache_.get(), &stats);
    return stats;
  }

 private:
  struct Destroy {
    void operator()(eventfilter_ruleset_cache* cache) const {
      eventfilter_ruleset_cache_destroy(cache);
    }
  };
  explicit RulesetCache(eventfilter_ruleset_cache* cache) : cache_(cache) {}
  std::unique_ptr<eventfilter_ruleset_cache, Destroy> cache_;
};

}  // namespace eventfilter
