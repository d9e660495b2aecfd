#include "CJSON.h"

#include <simdjson.h>

#include <new>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace {

/// Numbers for texts, in the order in which they first come.
class Numbers {
public:
    uint32_t of(std::string_view text) {
        word_.assign(text);
        return numbers_.try_emplace(word_, static_cast<uint32_t>(numbers_.size())).first->second;
    }

private:
    std::unordered_map<std::string, uint32_t> numbers_;
    std::string word_;
};

struct Group {
    uint64_t count = 0;
    std::unordered_set<uint32_t> users;
};

} // namespace

struct cjson_views {
    bool with_users;
    simdjson::ondemand::parser parser;
    Numbers pages, users;
    std::unordered_map<uint64_t, Group> groups;

    bool take(simdjson::padded_string_view event, int64_t timestamp) {
        std::string_view page, user;
        simdjson::ondemand::document document;
        if (parser.iterate(event).get(document)) return false;
        // In the order in which they are written, as simdjson wants it.
        if (document["user_id"].get_string().get(user)) return false;
        if (document["page"].get_string().get(page)) return false;
        const uint64_t key = static_cast<uint64_t>(timestamp / 60000) << 32 | pages.of(page);
        Group &group = groups[key];
        ++group.count;
        if (with_users) group.users.insert(users.of(user));
        return true;
    }
};

size_t cjson_padding(void) { return simdjson::SIMDJSON_PADDING; }

cjson_views *cjson_views_new(int with_users) {
    cjson_views *views = new (std::nothrow) cjson_views();
    if (views) views->with_users = with_users != 0;
    return views;
}

size_t cjson_views_take(
    cjson_views *views, const char *bytes, const size_t *ends, const int64_t *timestamps, size_t count) {
    size_t taken = 0;
    size_t start = 0;
    for (size_t i = 0; i < count; ++i) {
        const size_t length = ends[i] - start;
        taken += views->take(
            simdjson::padded_string_view(bytes + start, length, length + simdjson::SIMDJSON_PADDING), timestamps[i]);
        start = ends[i];
    }
    return taken;
}

uint64_t cjson_views_total(const cjson_views *views, uint64_t *users) {
    uint64_t total = 0;
    *users = 0;
    for (const auto &entry : views->groups) {
        total += entry.second.count;
        *users += entry.second.users.size();
    }
    return total;
}

void cjson_views_free(cjson_views *views) { delete views; }
