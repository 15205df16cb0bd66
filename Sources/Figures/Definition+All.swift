import Telephony

extension Definition {
  /// In the order of the manual.
  public static let all: [Definition] =
    visits + rates + serviceLevels + handling + firstContacts + outbound + time + shifts

  private static let callers: Set<Subject.Kind> = [.all, .entry, .queue]
  private static let doors: Set<Subject.Kind> = [.all, .entry]
  private static let everybody: Set<Subject.Kind> = [.all, .entry, .queue, .agent]
  private static let desks: Set<Subject.Kind> = [.all, .agent]

  private static func count(
    _ name: String, _ japanese: String, _ kinds: Set<Subject.Kind>, _ formula: String, _ note: String = "",
    _ reckon: @escaping @Sendable (Counts) -> Int
  ) -> Definition {
    Definition(name, japanese, .count, kinds, formula, note) { counts, _ in .count(reckon(counts)) }
  }

  private static func share(
    _ name: String, _ japanese: String, _ kinds: Set<Subject.Kind>, _ formula: String, _ note: String = "",
    _ reckon: @escaping @Sendable (Counts) -> (Int, Int)
  ) -> Definition {
    Definition(name, japanese, .percent, kinds, formula, note) { counts, _ in
      let (part, whole) = reckon(counts)
      return Share(part, of: whole).map(Value.share)
    }
  }

  private static func mean(
    _ name: String, _ japanese: String, _ kinds: Set<Subject.Kind>, _ formula: String, _ note: String = "",
    _ reckon: @escaping @Sendable (Counts) -> (Int, Int)
  ) -> Definition {
    Definition(name, japanese, .seconds, kinds, formula, note) { counts, _ in
      let (sum, number) = reckon(counts)
      return Share(sum, of: number).map(Value.time)
    }
  }

  private static func sum(
    _ name: String, _ japanese: String, _ kinds: Set<Subject.Kind>, _ formula: String, _ note: String = "",
    _ reckon: @escaping @Sendable (Counts) -> Int
  ) -> Definition {
    mean(name, japanese, kinds, formula, note) { (reckon($0), 1) }
  }

  // MARK: How contacts ended

  private static let visits: [Definition] = [
    count("arrived", "入電件数", doors, "contacts that came in", "closed, blocked and direct ones too") { $0[.arrived] },
    count("blocked", "話中・拒否", doors, "rejected before any queue", "what the carrier refuses is invisible here") {
      $0[.blocked]
    },
    count("announced", "案内のみ", doors, "heard an announcement and nothing else", "closed, for example") {
      $0[.announced]
    },
    count("direct", "直通", doors, "to one agent, without a queue") { $0[.direct] },
    count(
      "offered", "着信件数", callers, "visits by the quarter of their beginning",
      "of `all` and `entry`: contacts with a visit, each once"
    ) { $0[.offered] },
    count("answered", "応答件数", callers, "ended by an agent's answer") { $0[.answered] },
    count("unanswered", "未応答件数", callers, "offered − answered", "with `blocked` what 呼損 often means") {
      $0[.offered] - $0[.answered]
    }.countedByEvent("ended − answered") { $0.ended - $0[.answered] },
    count("abandoned", "放棄呼", callers, "ended by the caller, short ones included", "also while a phone rings") {
      $0.abandonments
    },
    count("short_abandoned", "即放棄", callers, "of these, with wait < s", "s of the queue as it stood then") {
      $0[.shortAbandoned]
    },
    count("flow_out", "転出", callers, "left for somewhere else, or ended by us") { $0.sum(of: "flow_out") },
    count("cut_by_system", "システム切断", callers, "of these, with nobody sought after it", "no abandonments") {
      $0[.cutBySystem]
    },
    count("callback_requested", "折返し依頼", callers, "ended with a call-back to come") { $0[.callback] },
    count("voicemail", "留守録", callers, "ended at a voice mailbox") { $0[.voicemail] },
    count("system_failure", "障害", callers, "ended by a fault, or by the end of the daemon") { $0[.failed] },
    count(
      "waiting", "待ち", callers,
      "offered − answered − abandoned − flow_out − callback_requested − voicemail − system_failure", "now"
    ) { $0.undecided }.missingByEvent(
      "offered − ended is by how many more wait at the end of the time than at its beginning"),
  ]

  // MARK: Rates and waits

  private static let rates: [Definition] = [
    share("answer_rate", "応答率", callers, "answered / offered") { ($0[.answered], $0[.offered]) }
      .byEvent("answered / ended") { counts, _ in (counts[.answered], counts.ended) },
    share(
      "answer_rate_arrived", "応答率(入電)", doors, "(answered + direct answered) / arrived",
      "closed, blocked and direct contacts below the line"
    ) { ($0[.answered] + $0[.directAnswered], $0[.arrived]) }
    .byEvent("(answered + direct answered) / (ended + blocked + announced + direct)") { counts, _ in
      (
        counts[.answered] + counts[.directAnswered],
        counts.ended + counts[.blocked] + counts[.announced] + counts[.direct]
      )
    },
    share("abandonment", "放棄呼率", callers, "abandoned / offered", "call-backs and cut_by_system are not in it") {
      ($0.abandonments, $0[.offered])
    }.byEvent("abandoned / ended") { counts, _ in (counts.abandonments, counts.ended) },
    share("abandonment_net", "放棄呼率(純)", callers, "(abandoned − short) / (offered − short)") {
      ($0[.abandoned], $0[.offered] - $0[.shortAbandoned])
    }.byEvent("(abandoned − short) / (ended − short)") { counts, _ in
      (counts[.abandoned], counts.ended - counts[.shortAbandoned])
    },
    mean("asa", "平均応答速度", callers, "Σ (answer − enqueue) / answered", "ring time in") {
      ($0[.answerTime], $0[.answered])
    },
    mean("mean_abandon_time", "平均放棄時間", callers, "Σ wait of abandoned / abandoned") {
      ($0[.abandonTime], $0.abandonments)
    },
    sum("longest_wait", "最長待ち", callers, "greatest wait of any visit that ended") { $0[.longestWait] },
    sum("threshold_least", "SL基準(最小)", callers, "least T in force", "stored with each visit: a change rewrites nothing")
    {
      $0[.leastThreshold]
    },
    sum("threshold_greatest", "SL基準(最大)", callers, "greatest T in force") { $0[.greatestThreshold] },
  ]

  // MARK: Service levels

  /// a = answered ≤ T, A = answered, x = abandoned ≤ T, X = abandoned, Q = offered, E = service-level events.
  private static let serviceLevels: [Definition] = [
    Definition(
      "sl_gross", "SL", .percent, callers, "a / Q",
      "the headline; Q less those who still wait within T; early flow-out as configured"
    ) { counts, settings in
      let (part, whole) = counts.gross(settings.earlyFlowOut)
      return Share(part, of: whole).map(Value.share)
    }.byEvent("a / S; S = ended ≤ T + T reached while waiting, both in the time; early flow-out as configured") {
      counts, settings in counts.gross(settings.earlyFlowOut, of: counts.settled)
    },
    Definition("sl_net", "SL(純)", .percent, callers, "a / (Q − short)", "as sl_gross") { counts, settings in
      let (part, whole) = counts.gross(settings.earlyFlowOut)
      return Share(part, of: whole - counts[.shortAbandoned]).map(Value.share)
    }.byEvent("a / (S − short ≤ T)") { counts, settings in
      counts.gross(
        settings.earlyFlowOut, of: counts.settled - counts[.shortAbandoned] + counts[.shortPastThreshold])
    },
    share("sl_answered", "SL(応答のみ)", callers, "a / A", "Asterisk; says nothing of those who were lost") {
      ($0[.answeredWithin], $0[.answered])
    },
    share("sl_aband_positive", "SL(放棄を達成)", callers, "(a + x) / (A + X)", "Asterisk SL2") {
      ($0[.answeredWithin] + $0[.abandonedWithin], $0[.answered] + $0.abandonments)
    },
    share("sl_aband_ignored", "SL(放棄を除外)", callers, "a / (E − x)", "Cisco; E = a + x + T reached while waiting") {
      ($0[.answeredWithin], $0.serviceLevelEvents - $0[.abandonedWithin])
    },
    share("sl_aband_negative", "SL(放棄を未達)", callers, "a / E", "Cisco") { ($0[.answeredWithin], $0.serviceLevelEvents) },
    share("sl_removed", "SL(離脱を達成)", callers, "(a + x + call-back ≤ T) / Q", "Amazon") {
      ($0[.answeredWithin] + $0[.abandonedWithin] + $0[.callbackWithin], $0[.offered] - $0[.waitingWithin])
    }.byEvent("(a + x + call-back ≤ T) / S") { counts, _ in
      (counts[.answeredWithin] + counts[.abandonedWithin] + counts[.callbackWithin], counts.settled)
    },
    count("early_flow_out", "早期転出", callers, "flow-out and call-back ≤ T", "printed beside the service level") {
      $0[.flowOutWithin] + $0[.callbackWithin]
    },
  ]

  // MARK: Handling

  private static let wrapUpPasses =
    "wrap-up is where it passes, and what is handled where it was over: other calls near the border of a time"

  private static let handling: [Definition] = [
    count("handled", "対応件数", everybody, "an agent talked, and that is over", "of an agent also what she took over") {
      $0[.handled]
    },
    mean("att", "平均通話時間", everybody, "Σ talk / handled", "two-way talk, hold excluded") { ($0[.talk], $0[.handled]) },
    mean("att_incl_hold", "平均通話時間(保留込)", everybody, "Σ (talk + hold) / handled") {
      ($0[.talk] + $0[.hold], $0[.handled])
    },
    mean("hold_per_held", "平均保留時間(保留呼)", everybody, "Σ hold / handled with a hold") { ($0[.hold], $0[.held]) },
    mean("hold_per_handled", "平均保留時間(全件)", everybody, "Σ hold / handled") { ($0[.hold], $0[.handled]) },
    share("hold_rate", "保留率", everybody, "handled with a hold / handled") { ($0[.held], $0[.handled]) },
    mean("acw_inbound", "平均後処理時間(着信)", everybody, "Σ ACW of inbound / handled") { ($0[.wrapUp], $0[.handled]) }
      .missingByEvent(wrapUpPasses),
    mean("acw_outbound", "平均後処理時間(発信)", desks, "Σ ACW of outbound / connected and over") {
      ($0[.outboundWrapUp], $0[.outboundHandled])
    }.missingByEvent(wrapUpPasses),
    mean("aht", "平均処理時間", everybody, "Σ (talk + hold + ACW of inbound) / handled", "ring time not in it") {
      ($0[.talk] + $0[.hold] + $0[.wrapUp], $0[.handled])
    }.missingByEvent(wrapUpPasses),
    share("takeover_rate", "引継率", everybody, "taken over / handled", "by supervisors; transfers are not there yet") {
      ($0[.takenOver], $0[.handled])
    },
    count("offers", "呼出件数", everybody, "offers to agents that were answered or have ended") { $0[.offers] },
    count(
      "offers_withdrawn", "呼出取消", everybody, "of these, ended by nobody's fault",
      "the caller left, another phone was answered, ours failed"
    ) { $0[.offers] - $0.offersLeft },
    share("agent_answer_rate", "担当者応答率", everybody, "answered offers / offers") {
      ($0[.offersAnswered], $0[.offers])
    },
    share("agent_answer_rate_net", "担当者応答率(純)", everybody, "answered offers / (offers − withdrawn)") {
      ($0[.offersAnswered], $0.offersLeft)
    },
    share("rona_rate", "不応答率", everybody, "offers that rang out / offers") {
      ($0[.offersEnded("no_answer")], $0[.offers])
    },
    share("rona_rate_net", "不応答率(純)", everybody, "offers that rang out / (offers − withdrawn)") {
      ($0[.offersEnded("no_answer")], $0.offersLeft)
    },
    count(
      "declined", "拒否", everybody, "offers that she or her phone refused: declined + busy",
      "each apart in the counts; no RONA"
    ) { $0[.offersEnded("declined")] + $0[.offersEnded("busy")] },
    mean("mean_ring_time", "平均呼出時間", everybody, "Σ ring / offers") { ($0[.ringTime], $0[.offers]) },
  ]

  // MARK: What agents dial

  private static let outbound: [Definition] = [
    count("attempts", "発信件数", desks, "calls that agents dialled") { $0[.attempts] },
    count("connected", "発信接続件数", desks, "of these, answered by the far end") { $0[.connected] },
    share("connect_rate", "接続率", desks, "connected / attempts") { ($0[.connected], $0[.attempts]) }
      .byEvent("connected / (connected + attempts that ended without)") { counts, _ in
        (counts[.connected], counts[.connected] + counts.sum(of: "attempts_ended"))
      },
    count("attempts_busy", "発信話中", desks, "attempts that ended busy") { $0[.attemptsEnded("busy")] },
    count("attempts_no_answer", "発信不応答", desks, "attempts that nobody answered") { $0[.attemptsEnded("no_answer")] },
    count("attempts_other", "発信その他", desks, "attempts − connected − busy − no answer, ended") {
      $0.sum(of: "attempts_ended") - $0[.attemptsEnded("busy")] - $0[.attemptsEnded("no_answer")]
    },
    mean("outbound_att", "平均発信通話時間", desks, "Σ outbound talk / connected and over", "hold excluded") {
      ($0[.outboundTalk], $0[.outboundHandled])
    },
    sum("outbound_talk", "発信通話時間", desks, "Σ outbound talk") { $0[.outboundTalk] },
  ]

  // MARK: Agents' time

  private static let time: [Definition] = [
    sum("logged_in", "ログイン時間", desks, "time logged in") { $0[.loggedIn] },
    sum("paid", "実働時間", desks, "logged in − unpaid breaks", "実働 is what was logged in, also where a shift is planned") {
      $0.paid
    },
    sum("working", "対応時間", desks, "talking + holding + ACW + outbound dialling and talking", "overlaps count once") {
      $0.working
    },
    sum("idle", "待機時間", desks, "ready and free") { $0[.time(.idle)] },
    sum("ringing", "呼出時間", desks, "chosen, or her phone rings", "neither working nor idle") { $0[.time(.ringing)] },
    sum("supervising", "モニター時間", desks, "with another agent's call", "neither working nor idle") {
      $0[.time(.supervising)]
    },
    sum("unreachable", "接続不可時間", desks, "ready, but her phone cannot be reached") { $0[.time(.unreachable)] },
    sum("away", "離席時間", desks, "logged in and not ready") { $0[.time(.away)] },
    sum("away_unpaid", "休憩(無給)", desks, "of these, for a reason that is not paid") { $0[.awayUnpaid] },
    sum("away_work", "研修等", desks, "of these, for a reason that counts as work") { $0[.awayAtWork] },
    share("occupancy", "占有率", desks, "working / (working + idle)") { ($0.working, $0.working + $0[.time(.idle)]) },
    share("utilisation_a_paid", "稼働率A(実働)", desks, "(working + idle) / paid") {
      ($0.working + $0[.time(.idle)], $0.paid)
    },
    share("utilisation_b_paid", "稼働率B(実働)", desks, "working / paid") { ($0.working, $0.paid) },
    share("utilisation_a_login", "稼働率A(ログイン)", desks, "(working + idle) / logged in") {
      ($0.working + $0[.time(.idle)], $0[.loggedIn])
    },
    share("utilisation_b_login", "稼働率B(ログイン)", desks, "working / logged in") { ($0.working, $0[.loggedIn]) },
    share(
      "utilisation_b_login_less_work", "稼働率B(ログイン−研修)", desks, "working / (logged in − away_work)"
    ) { ($0.working, $0[.loggedIn] - $0[.awayAtWork]) },
  ]

  // MARK: Agents' time against their shifts

  private static let shifts: [Definition] = [
    mean(
      "scheduled", "拘束時間", desks, "Σ shifts up to now, breaks included", "only in reports; null where none is planned"
    ) {
      ($0[.scheduled], $0[.scheduled] > 0 ? 1 : 0)
    },
    mean("scheduled_paid", "予定実働時間", desks, "scheduled − planned unpaid breaks") {
      ($0[.scheduledPaid], $0[.scheduled] > 0 ? 1 : 0)
    },
    share("utilisation_a_shift", "稼働率A(拘束)", desks, "(working + idle, within a shift) / scheduled") {
      ($0[.scheduledWorking] + $0[.scheduledIdle], $0[.scheduled])
    },
    share("utilisation_b_shift", "稼働率B(拘束)", desks, "working, within a shift / scheduled") {
      ($0[.scheduledWorking], $0[.scheduled])
    },
    share("adherence", "遵守率", desks, "time in the scheduled state / scheduled", "see above") {
      ($0[.adherent], $0[.scheduled])
    },
  ]
}

extension Counts {
  var abandonments: Int { self[.abandoned] + self[.shortAbandoned] }

  /// Visits that have not ended: what the accounting leaves.
  var undecided: Int { self[.offered] - ended }

  /// Visits that have ended, in whatever way.
  var ended: Int {
    self[.answered] + abandonments + sum(of: "flow_out") + self[.callback] + self[.voicemail] + self[.failed]
  }

  /// Visits that ended within the threshold, or reached it: each is one of the two, once, at its time.
  var settled: Int {
    serviceLevelEvents + self[.flowOutWithin] + self[.callbackWithin] + self[.voicemailWithin] + self[.failedWithin]
  }

  /// Service-level events: answered or abandoned within, or the threshold reached without an end.
  var serviceLevelEvents: Int { self[.answeredWithin] + self[.abandonedWithin] + self[.pastThreshold] }

  var working: Int {
    Occupation.allCases.reduce(0) { $1.isWorking ? $0 + self[.time($1)] : $0 }
  }

  var paid: Int { self[.loggedIn] - self[.awayUnpaid] }

  /// Offers that were the agent's to answer, and that she or her phone did something with.
  var offersLeft: Int {
    [EndReason.noAnswer, .declined, .busy, .unreachable, .cancelled].reduce(self[.offersAnswered]) {
      $0 + self[.offersEnded($1.rawValue)]
    }
  }

  /// Above and below the line.
  func gross(_ early: Definition.EarlyFlowOut) -> (Int, Int) {
    gross(early, of: self[.offered] - self[.waitingWithin])
  }

  func gross(_ early: Definition.EarlyFlowOut, of all: Int) -> (Int, Int) {
    let hits = self[.answeredWithin]
    let flowOut = self[.flowOutWithin] + self[.callbackWithin]
    return switch early {
    case .miss: (hits, all)
    case .hit: (hits + flowOut, all)
    case .excluded: (hits, all - flowOut)
    }
  }
}
