/* The E-model (ITU-T G.107) for a call of today: all parameters but delay, codec and loss have their defaults. */
#include <math.h>

#include "reports.h"

/* Ie: what the codec takes from the rating without loss; Bpl: how well it bears loss (G.113 Appendix I).
 *
 * G.711 as tabled for concealment (its Appendix I). G.722 and Opus have no values on the narrow-band scale: stand-ins.
 * Without loss neither sounds worse than G.711: Ie 0. Both predict from what came before and need a while after a loss
 * until they are right again, so that they bear less of it than G.711; the table has 19.0 for G.729A, which does so, too. */
static const struct { double ie, bpl; } codecs[CODEC_KINDS] = {
    [CODEC_PCMU] = {0, 25.1},
    [CODEC_PCMA] = {0, 25.1},
    [CODEC_G722] = {0, 19.0},
    [CODEC_OPUS] = {0, 19.0},
};

/* Id of §7.4 with TELR 65 dB, WEPL 110 dB, RLR 2 dB, T = Ta, Tr = 2T, Ro 94.77 dB, No −61.18 dBm0p: what talker echo,
 * listener echo, and the delay itself take. */
static double delay_impairment(double delay) {
    double terv = 65 - 40 * log10((1 + delay / 10) / (1 + delay / 150)) + 6 * exp(-0.3 * delay * delay);
    double ro = 94.77, roe = 1.5 * (61.18 + 2), re = 80 + 2.5 * (terv - 14), half = (roe - re) / 2;
    double talker = (half + sqrt(half * half + 100) - 1) * (1 - exp(-delay));
    double listened = (ro - 10.5 * (110 + 7) * pow(2 * delay + 1, -0.25)) / 2;
    double listener = listened + sqrt(listened * listened + 169);
    double absolute = 0;
    if (delay > 100) {
        double x = log2(delay / 100);
        absolute = 25 * (pow(1 + pow(x, 6), 1.0 / 6) - 3 * pow(1 + pow(x / 3, 6), 1.0 / 6) + 2);
    }
    return talker + listener + absolute;
}

/* No comparison with "no number" holds: it becomes 0. */
static double within(double value, double highest) { return value > highest ? highest : value > 0 ? value : 0; }

double quality_score(codec_kind kind, double loss, double delay_milliseconds) {
    unsigned index = (unsigned)kind < CODEC_KINDS ? (unsigned)kind : CODEC_PCMU;
    double ie = codecs[index].ie, percent = 100 * within(loss, 1), delay = within(delay_milliseconds, 10000);
    /* 93.2 is the rating at no delay, with the listener's echo of that in it. */
    double rating = 93.2 - (delay_impairment(delay) - delay_impairment(0));
    rating -= ie + (95 - ie) * percent / (percent + codecs[index].bpl);
    if (rating <= 0) return 1;
    double score = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6;
    return score < 1 ? 1 : score;    /* the cubic dips below 1 for ratings under 6.5 */
}
