/* Compile-time settings of PJSIP for Tsunagi.
 *
 * They decide the sizes of tables and of structures that both the library and its users see: a program must be
 * compiled with the header of the very build that it links. That is why this file is installed with the static
 * archives as one package, and why its content is part of the package's version.
 *
 * Who to design for: one process, some hundred to a thousand calls of two legs each, audio only. Idle it should
 * stay under 58 MB, and a bridged and recorded call under 350 KB, so no table is larger than that needs.
 */

/* ---- What is compiled in ------------------------------------------------------------------------------------ */

/* Fewer parsers, fewer holes: no video (its RTCP feedback and AVI code with it). */
#define PJMEDIA_HAS_VIDEO                    0
/* Phones with SRTP use SDES. DTLS-SRTP costs every leg some KB even where it is not used. */
#define PJMEDIA_HAS_SRTP                     1
#define PJMEDIA_SRTP_HAS_SDES                1
#define PJMEDIA_SRTP_HAS_DTLS                0
#define PJ_HAS_IPV6                          1

/* ---- Robustness --------------------------------------------------------------------------------------------- */

/* Argument checks that answer with an error remain; assertions, which end the process, do not (NDEBUG). */
#define PJ_DEBUG                             0
#define PJ_ENABLE_EXTRA_CHECK                1
/* The default, 4, places pointers at addresses that C forbids on 64-bit machines. */
#define PJ_POOL_ALIGNMENT                    8
/* Level 5 prints whole SIP messages: digests and SDES keys must have no way into a log, so it is compiled out. */
#define PJ_LOG_MAX_LEVEL                     4
/* RTP never follows a foreign source by itself (RTP Bleed and Inject); learning behind NAT is our own affair. */
#define PJMEDIA_TRANSPORT_SWITCH_REMOTE_ADDR 0
/* An INVITE that reaches us twice over two paths (a forking proxy) is answered 482, not rung twice. */
#define PJSUA_DETECT_MERGED_REQUESTS         1
/* A transaction whose transport broke ends at once: its call must not hang until a timer. */
#define PJSIP_TSX_UAS_CONTINUE_ON_TP_ERROR   0
#undef  PJ_TODO
#define PJ_TODO(x)

/* ---- Sockets ------------------------------------------------------------------------------------------------ */

/* Without flags: the default, EPOLLEXCLUSIVE, costs four epoll_ctl per packet, a fifth of all CPU (measured). */
#define PJ_IOQUEUE_DEFAULT_EPOLL_FLAGS       0
#define PJ_IOQUEUE_HAS_SAFE_UNREG            1
#define PJ_IOQUEUE_MAX_EVENTS_IN_SINGLE_POLL 64
/* A call has two legs of an RTP and an RTCP socket each: 1,024 calls. A key takes 700 bytes, allocated at start. */
#define PJ_IOQUEUE_MAX_HANDLES               4096
/* Keys of the SIP side: listeners, and one for each phone that is connected by TCP. */
#define PJSIP_MAX_TRANSPORTS                 2048
/* After a power cut all phones connect in the same second; what the queue has no room for comes again after seconds. */
#define PJSIP_TCP_TRANSPORT_BACKLOG          256
/* A burst of signalling waits in the kernel rather than being lost and sent again half a second later. */
#define PJSIP_UDP_SO_SNDBUF_SIZE             (1024 * 1024)
#define PJSIP_UDP_SO_RCVBUF_SIZE             (4 * 1024 * 1024)

/* ---- SIP ---------------------------------------------------------------------------------------------------- */

/* These are sizes of hash tables, not limits. A transaction lives for 32 s: 8,191 is fluent at 100 calls a second. */
#define PJSIP_MAX_TSX_COUNT                  8191
#define PJSIP_MAX_DIALOG_COUNT               4095
/* The timer heap grows by doubling; its default would be allocated for every transaction that could ever be. */
#define PJSIP_MAX_TIMER_COUNT                4096
/* Messages up to almost 8 KB. The last hundred bytes are left out because every message that is sent takes its print
 * buffer in blocks of 4,000 bytes from a pool: 8,000 bytes and the block's own header would need three. */
#define PJSIP_MAX_PKT_LEN                    7900
#define PJSIP_MAX_URL_SIZE                   512
#define PJSIP_MAX_MODULE                     38
/* Modules are registered at start and never removed while messages arrive. */
#define PJSIP_SAFE_MODULE                    0

/* ---- Tables of PJSUA ---------------------------------------------------------------------------------------- */

/* A cap: what is allocated at start is pjsua_config.max_calls. */
#define PJSUA_MAX_CALLS                      2048
/* Static, 7 KB each: trunks, registrations with PBXs, and one local account per listener. */
#define PJSUA_MAX_ACC                        64
/* Static as well, and presence is not used. */
#define PJSUA_MAX_BUDDIES                    1
/* A cap again; every port of the bridge has a list of max_media_ports * 8 bytes, so choose that with care. Swift and
 * C tools refuse to import arrays of more than 4,096 elements. */
#define PJSUA_MAX_CONF_PORTS                 4096
/* Music and announcements. Recordings go through our own recorder. */
#define PJSUA_MAX_PLAYERS                    1024
#define PJSUA_MAX_RECORDERS                  32

/* ---- Media -------------------------------------------------------------------------------------------------- */

/* The sequential bridge: the parallel one needs more instructions per call (measured), and its threads pay off only
 * above some 500 calls. */
#define PJMEDIA_CONF_BACKEND                 1
/* Debian's source has no resampler of its own; Speex's is used. */
#define PJMEDIA_RESAMPLE_IMP                 PJMEDIA_RESAMPLE_SPEEX
/* Concealing lost packets by the simple method: an overloaded machine must not become slower by being late. */
#define PJMEDIA_WSOLA_IMP                    PJMEDIA_WSOLA_IMP_WSOLA_LITE
#define PJMEDIA_ADVERTISE_RTCP               1
/* Key presses: the number that almost every PBX gives them, and that simple phones take for granted. */
#define PJMEDIA_RTP_PT_TELEPHONE_EVENTS      101
/* One codec in an answer: the peer cannot change it without telling. */
#define PJMEDIA_SDP_NEG_ANSWER_MULTIPLE_CODECS 0
/* Phones offer some 20 formats, with a line or two for each; what is beyond these limits is ignored. Sessions are
 * copied several times per leg, so more would cost every call; and the SDES code has room for 64 a=crypto lines. */
#define PJMEDIA_MAX_SDP_FMT                  32
#define PJMEDIA_MAX_SDP_ATTR                 64
/* Every m= line of an offer must be answered, so this is also what we accept: audio, video, slides, text, image and
 * their second ones. Each costs every call slot (max_calls) 1.2 KB, used or not. */
#define PJMEDIA_MAX_SDP_MEDIA                8
