#include <pthread.h>

#include "bridge.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static sip_event_fn listener;
static void *listener_context;

void events_start(sip_event_fn on_event, void *context) {
    pthread_mutex_lock(&mutex);
    listener = on_event;
    listener_context = context;
    pthread_mutex_unlock(&mutex);
}

void events_stop(void) { events_start(NULL, NULL); }

void emit(const sip_event *event) {
    pthread_mutex_lock(&mutex);
    if (listener) listener(event, listener_context);
    pthread_mutex_unlock(&mutex);
}
