#include "bindings.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "emit.h"
#include "throttle.h"

enum { SLOT_BITS = 24, LONGEST_SOURCE = PJ_INET6_ADDRSTRLEN + 10, LONGEST_USER_AGENT = 127 };

/* A reference to a connection and our ear on it. */
typedef struct { pjsip_transport *transport; pjsip_tp_state_listener_key *key; } connection;

typedef struct {
    uint64_t number;               /* serial number << SLOT_BITS | slot: never reused, found at once; 0: free */
    pj_sockaddr source_address;
    char contact[BINDINGS_LONGEST_CONTACT + 1];
    char source[LONGEST_SOURCE];
    sip_transport_kind transport;
    connection connection;         /* TCP only */
    int64_t ends;                  /* throttle_now() */
    uint64_t refreshed;            /* serial number of the last REGISTER for it */
    char call_id[BINDINGS_LONGEST_CALL_ID + 1];
    uint32_t cseq;
    char user_agent[LONGEST_USER_AGENT + 1];
} binding;

typedef struct { char id[BINDINGS_LONGEST_PHONE + 1]; } phone_name;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pjsip_endpoint *endpoint;
static phone_name *phones;         /* in order */
static size_t phone_count, contacts_each;
static binding *table;             /* the slots of a phone lie together */
static uint64_t last_serial;
static pj_timer_entry timer;
static bool running;

static int by_id(const void *a, const void *b) { return strcmp(a, b); }

static int64_t wall_seconds(void) { return (int64_t)time(NULL); }

static binding *slots_of(const char *phone) {
    phone_name *found = phones ? bsearch(phone, phones, phone_count, sizeof *phones, by_id) : NULL;
    return found ? &table[(size_t)(found - phones) * contacts_each] : NULL;
}

static const char *phone_of(const binding *b) { return phones[(size_t)(b - table) / contacts_each].id; }

static uint64_t new_number(const binding *slot) { return ++last_serial << SLOT_BITS | (uint64_t)(slot - table); }

static unsigned seconds_left(const binding *b, int64_t now) {
    return b->ends > now ? (unsigned)((b->ends - now + 999) / 1000) : 0;
}

static void tell(sip_event_kind kind, const binding *b, int64_t now) {
    sip_binding told = {
        .phone = phone_of(b), .contact = b->contact, .source = b->source, .transport = b->transport,
        .expires_at = wall_seconds() + seconds_left(b, now), .call_id = b->call_id, .cseq = b->cseq,
        .user_agent = b->user_agent,
    };
    emit(&(sip_event){.kind = kind, .binding = &told});
}

/* Connections that nothing hangs on any more: let go of once the lock is free, since PJSIP calls closed() with a lock
 * of its own held. */
typedef struct { connection items[2 * BINDINGS_MOST_CONTACTS]; size_t count; } released;

static void let_go(connection c) {
    if (!c.transport) return;
    if (c.key) pjsip_transport_remove_state_listener(c.transport, c.key, &table);
    pjsip_transport_dec_ref(c.transport);
}

static void let_all_go(const released *r) {
    for (size_t i = 0; i < r->count; i++) let_go(r->items[i]);
}

static void keep_for_release(released *r, connection *c) {
    if (c->transport && r->count < sizeof r->items / sizeof *r->items) r->items[r->count++] = *c;
    *c = (connection){0};
}

static void remove_binding(binding *b, released *r) {
    tell(SIP_UNBOUND, b, throttle_now());
    keep_for_release(r, &b->connection);
    b->number = 0;
}

/* A phone cannot be called over a connection that is gone (RFC 5626 §4.2.1 leaves it to the phone to make a new one). */
static void closed(pjsip_transport *transport, pjsip_transport_state state, const pjsip_transport_state_info *info) {
    PJ_UNUSED_ARG(info);
    if (state != PJSIP_TP_STATE_DISCONNECTED && state != PJSIP_TP_STATE_SHUTDOWN && state != PJSIP_TP_STATE_DESTROY)
        return;
    unsigned references = 0;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; running && i < phone_count * contacts_each; i++) {
        binding *b = &table[i];
        if (!b->number || b->connection.transport != transport) continue;
        released alone = {0};
        remove_binding(b, &alone);
        references++;
    }
    pthread_mutex_unlock(&lock);
    /* The ear stays: PJSIP walks its list of ears just now, and throws it away with the connection. */
    while (references-- > 0) pjsip_transport_dec_ref(transport);
}

static void schedule(void) {
    pj_time_val second = {1, 0};
    pjsip_endpt_schedule_timer(endpoint, &timer, &second);
}

static void expire(pj_timer_heap_t *heap, pj_timer_entry *entry) {
    PJ_UNUSED_ARG(heap);
    PJ_UNUSED_ARG(entry);
    bool more = true;
    while (more) {
        released gone = {0};
        more = false;
        pthread_mutex_lock(&lock);
        int64_t now = throttle_now();
        for (size_t i = 0; running && i < phone_count * contacts_each; i++) {
            if (!table[i].number || table[i].ends > now) continue;
            if (gone.count == sizeof gone.items / sizeof *gone.items) {
                more = true;
                break;
            }
            remove_binding(&table[i], &gone);
        }
        pthread_mutex_unlock(&lock);
        let_all_go(&gone);
    }
    if (running) schedule();
}

static void copy_text(char *to, size_t size, const pj_str_t *from) {
    size_t length = from->slen < 0 ? 0 : (size_t)from->slen;
    if (length >= size) length = size - 1;
    if (length) memcpy(to, from->ptr, length);
    to[length] = 0;
}

/* What the last run wrote down. A connection did not outlive it: such a phone comes back by itself. */
static void take_over(const sip_binding *old, unsigned longest) {
    int64_t left = old->expires_at - wall_seconds();
    binding *slots = old->phone ? slots_of(old->phone) : NULL;
    pj_sockaddr source;
    pj_str_t text = pj_str((char *)(old->source ? old->source : ""));
    bool holds = slots && old->contact && old->transport == SIP_UDP && left > 0
        && strlen(old->contact) <= BINDINGS_LONGEST_CONTACT && text.slen < LONGEST_SOURCE
        && pj_sockaddr_parse(pj_AF_UNSPEC(), 0, &text, &source) == PJ_SUCCESS;
    for (size_t i = 0; holds && i < contacts_each; i++) {
        binding *b = &slots[i];
        if (b->number) continue;
        int64_t now = throttle_now();
        *b = (binding){.number = new_number(b), .source_address = source, .transport = SIP_UDP, .refreshed = last_serial,
                       .ends = now + 1000 * (left < longest ? left : longest), .cseq = old->cseq};
        snprintf(b->contact, sizeof b->contact, "%s", old->contact);
        snprintf(b->source, sizeof b->source, "%s", old->source);
        snprintf(b->call_id, sizeof b->call_id, "%s", old->call_id ? old->call_id : "");
        snprintf(b->user_agent, sizeof b->user_agent, "%s", old->user_agent ? old->user_agent : "");
        throttle_trust(&source);
        tell(SIP_BOUND, b, now);
        return;
    }
    emit(&(sip_event){.kind = SIP_UNBOUND, .binding = old});
}

pj_status_t bindings_start(pjsip_endpoint *on, const sip_settings *settings) {
    endpoint = on;
    contacts_each = settings->contacts_per_phone;
    if (contacts_each < 1) contacts_each = 1;
    if (contacts_each > BINDINGS_MOST_CONTACTS) contacts_each = BINDINGS_MOST_CONTACTS;
    phones = calloc(settings->phone_count + 1, sizeof *phones);
    table = calloc((settings->phone_count + 1) * contacts_each, sizeof *table);
    if (!phones || !table || (settings->phone_count + 1) * contacts_each >= 1u << SLOT_BITS) {
        free(phones);
        free(table);
        phones = NULL;
        table = NULL;
        return PJ_ENOMEM;
    }
    phone_count = 0;
    for (size_t i = 0; i < settings->phone_count; i++) {
        const sip_phone *phone = &settings->phones[i];
        if (!phone->secret || !phone->secret[0]) continue;
        snprintf(phones[phone_count++].id, sizeof phones->id, "%s", phone->id);
    }
    qsort(phones, phone_count, sizeof *phones, by_id);
    pthread_mutex_lock(&lock);
    running = true;
    for (size_t i = 0; i < settings->binding_count; i++)
        take_over(&settings->bindings[i], settings->register_max_seconds);
    pthread_mutex_unlock(&lock);
    pj_timer_entry_init(&timer, 0, NULL, expire);
    schedule();
    return PJ_SUCCESS;
}

void bindings_stop(void) {
    pthread_mutex_lock(&lock);
    bool was_running = running;
    running = false;
    pthread_mutex_unlock(&lock);
    if (!was_running) return;
    pjsip_endpt_cancel_timer(endpoint, &timer);
    for (size_t i = 0; i < phone_count * contacts_each; i++)
        if (table[i].number) let_go(table[i].connection);
    pthread_mutex_lock(&lock);
    free(phones);
    free(table);
    phones = NULL;
    table = NULL;
    phone_count = 0;
    pthread_mutex_unlock(&lock);
}

static bool is_same_contact(pj_pool_t *pool, const binding *b, const bindings_wish *wish) {
    if (strcmp(b->contact, wish->text) == 0) return true;
    char *copy = pj_pool_alloc(pool, strlen(b->contact) + 1);
    strcpy(copy, b->contact);
    pjsip_uri *own = pjsip_parse_uri(pool, copy, strlen(copy), 0);
    return own && pjsip_uri_cmp(PJSIP_URI_IN_CONTACT_HDR, own, wish->uri) == PJ_SUCCESS;
}

/* Where a wish goes: the binding it speaks of, or for a new one a free slot, or the slot refreshed longest ago. */
static binding *place_for(pj_pool_t *pool, binding *slots, const bindings_wish *wish) {
    binding *best = NULL;
    for (size_t i = 0; i < contacts_each; i++) {
        binding *b = &slots[i];
        if (b->number && is_same_contact(pool, b, wish)) return b;
        if (wish->seconds == 0) continue;
        if (!best || (best->number && (!b->number || b->refreshed < best->refreshed))) best = b;
    }
    return best;
}

static bool is_older(const binding *b, const pj_str_t *call_id, uint32_t cseq) {
    return b->number && pj_strcmp2(call_id, b->call_id) == 0 && cseq <= b->cseq;
}

static void put(pjsip_rx_data *request, binding *b, const bindings_wish *wish, connection *own, released *gone) {
    int64_t now = throttle_now();
    bool is_same = b->number && is_same_contact(request->tp_info.pool, b, wish);
    if (b->number && !is_same) remove_binding(b, gone);
    if (!is_same) b->number = new_number(b);
    bool is_tcp = !(request->tp_info.transport->flag & PJSIP_TRANSPORT_DATAGRAM);
    b->transport = is_tcp ? SIP_TCP : SIP_UDP;
    if (b->connection.transport != own->transport) {
        keep_for_release(gone, &b->connection);
        b->connection = *own;
        *own = (connection){0};
    }
    const binding before = *b;
    memcpy(b->contact, wish->text, sizeof b->contact);
    pj_sockaddr_cp(&b->source_address, &request->pkt_info.src_addr);
    pj_sockaddr_print(&request->pkt_info.src_addr, b->source, sizeof b->source, 3);
    copy_text(b->call_id, sizeof b->call_id, &request->msg_info.cid->id);
    b->cseq = (uint32_t)request->msg_info.cseq->cseq;
    b->refreshed = ++last_serial;
    b->ends = now + 1000 * (int64_t)wish->seconds;
    const pj_str_t name = pj_str("User-Agent");
    pjsip_generic_string_hdr *agent = pjsip_msg_find_hdr_by_name(request->msg_info.msg, &name, NULL);
    copy_text(b->user_agent, sizeof b->user_agent, agent ? &agent->hvalue : &(pj_str_t){"", 0});
    tell(SIP_BOUND, b, now);
    /* Another spelling of the same contact: whoever keeps them by their text forgets the old one. */
    if (is_same && strcmp(before.contact, b->contact) != 0) {
        sip_binding old = {.phone = phone_of(b), .contact = before.contact, .source = before.source,
                           .transport = before.transport, .expires_at = wall_seconds(), .call_id = before.call_id,
                           .cseq = before.cseq, .user_agent = before.user_agent};
        emit(&(sip_event){.kind = SIP_UNBOUND, .binding = &old});
    }
}

static int update(pjsip_rx_data *request, const char *phone, const bindings_wish *wishes, size_t count, bool all,
                  connection own[], released *gone) {
    binding *slots = running ? slots_of(phone) : NULL;
    if (!slots) return 403;
    pj_pool_t *pool = request->tp_info.pool;
    const pj_str_t *call_id = &request->msg_info.cid->id;
    uint32_t cseq = (uint32_t)request->msg_info.cseq->cseq;
    size_t wanted = 0;
    for (size_t i = 0; i < count; i++) wanted += wishes[i].seconds > 0;
    if (wanted > contacts_each) return 403;
    for (size_t slot = 0; slot < contacts_each; slot++) {
        bool is_meant = all;
        for (size_t i = 0; i < count && !is_meant; i++)
            is_meant = slots[slot].number && is_same_contact(pool, &slots[slot], &wishes[i]);
        if (is_meant && is_older(&slots[slot], call_id, cseq)) return 500;
    }
    for (size_t slot = 0; all && slot < contacts_each; slot++)
        if (slots[slot].number) remove_binding(&slots[slot], gone);
    for (size_t i = 0; i < count; i++) {
        binding *b = place_for(pool, slots, &wishes[i]);
        if (!b) continue;
        if (wishes[i].seconds == 0) remove_binding(b, gone);
        else put(request, b, &wishes[i], &own[i], gone);
    }
    return 200;
}

int bindings_update(pjsip_rx_data *request, const char *phone, const bindings_wish *wishes, size_t count, bool all) {
    pjsip_transport *transport = request->tp_info.transport;
    connection own[BINDINGS_MOST_CONTACTS] = {0};
    if (count > BINDINGS_MOST_CONTACTS) return 403;
    bool is_open = true;
    for (size_t i = 0; i < count && !(transport->flag & PJSIP_TRANSPORT_DATAGRAM); i++) {
        if (wishes[i].seconds == 0) continue;
        /* Held, or PJSIP closes it for idleness. */
        if (pjsip_transport_add_ref(transport) != PJ_SUCCESS) {
            is_open = false;
            break;
        }
        own[i].transport = transport;
        if (pjsip_transport_add_state_listener(transport, closed, &table, &own[i].key) != PJ_SUCCESS) is_open = false;
    }
    released gone = {0};
    int status = 503;
    if (is_open) {
        pthread_mutex_lock(&lock);
        status = update(request, phone, wishes, count, all, own, &gone);
        pthread_mutex_unlock(&lock);
    }
    let_all_go(&gone);
    for (size_t i = 0; i < BINDINGS_MOST_CONTACTS; i++) let_go(own[i]);
    return status;
}

size_t bindings_list(const char *phone, bindings_contact *contacts, size_t capacity) {
    size_t count = 0;
    pthread_mutex_lock(&lock);
    int64_t now = throttle_now();
    binding *slots = slots_of(phone);
    for (size_t i = 0; slots && i < contacts_each && count < capacity; i++) {
        if (!slots[i].number || slots[i].ends <= now) continue;
        memcpy(contacts[count].text, slots[i].contact, sizeof contacts[count].text);
        contacts[count++].seconds = seconds_left(&slots[i], now);
    }
    pthread_mutex_unlock(&lock);
    return count;
}

bool bindings_has_source(const char *phone, const pj_sockaddr *source) {
    bool found = false;
    pthread_mutex_lock(&lock);
    const binding *slots = phone ? slots_of(phone) : table;
    size_t count = !slots ? 0 : phone ? contacts_each : phone_count * contacts_each;
    for (size_t i = 0; i < count && !found; i++) {
        const pj_sockaddr *own = &slots[i].source_address;
        found = slots[i].number && own->addr.sa_family == source->addr.sa_family
            && memcmp(pj_sockaddr_get_addr(own), pj_sockaddr_get_addr(source), pj_sockaddr_get_addr_len(own)) == 0;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

static int by_number(const void *a, const void *b) {
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

size_t registrar_bindings(const char *phone, uint64_t *bindings, size_t capacity) {
    uint64_t found[BINDINGS_MOST_CONTACTS];
    size_t count = 0;
    pthread_mutex_lock(&lock);
    int64_t now = throttle_now();
    binding *slots = slots_of(phone);
    for (size_t i = 0; slots && i < contacts_each; i++)
        if (slots[i].number && slots[i].ends > now) found[count++] = slots[i].number;
    pthread_mutex_unlock(&lock);
    qsort(found, count, sizeof *found, by_number);
    if (count > capacity) count = capacity;
    memcpy(bindings, found, count * sizeof *found);
    return count;
}

bool registrar_binding_target(uint64_t number, registrar_target *target) {
    size_t slot = (size_t)(number & ((1u << SLOT_BITS) - 1));
    bool found = false;
    pthread_mutex_lock(&lock);
    if (running && number && slot < phone_count * contacts_each) {
        const binding *b = &table[slot];
        found = b->number == number && b->ends > throttle_now();
        if (found) {
            snprintf(target->request_uri, sizeof target->request_uri, "%s", b->contact);
            /* `hide` is PJSIP's own: the route decides where the message goes and is not written into it. */
            snprintf(target->route_uri, sizeof target->route_uri, "<sip:%s;transport=%s;lr;hide>", b->source,
                     b->transport == SIP_TCP ? "tcp" : "udp");
            snprintf(target->phone, sizeof target->phone, "%s", phone_of(b));
        }
    }
    pthread_mutex_unlock(&lock);
    return found;
}
