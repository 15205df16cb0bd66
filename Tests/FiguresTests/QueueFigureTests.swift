import Figures
import Telephony
import Testing

@Suite struct `Figures of a queue` {
  private var day = Day()

  @Test mutating func `a constant wait of ten seconds averages to exactly ten seconds`() throws {
    for _ in 0..<7 { day.call(waits: 10, talks: 3) }
    let asa = try #require(Definition.named("asa")?.value(of: day.counts(.queue("sales"))))
    #expect(asa.billionths == 10_000_000_000)
    #expect(asa.text == "10.0")
    #expect(day.counts(.queue("sales"))[.answerTime] == 70_000_000_000)
  }

  @Test mutating func `exactly the threshold counts as within, and a nanosecond more does not`() {
    day.call(waits: 20, talks: 1)
    let late = day.calls()
    let offer = day.isOffered(late.0)
    day.passes(.seconds(20) + .nanoseconds(1))
    day.answers(late, offer)
    let counts = day.counts(.queue("sales"))
    #expect(counts[.answeredWithin] == 1)
    #expect(counts[.pastThreshold] == 1)
    #expect(day.value("sl_gross") == "50.0")
  }

  @Test
  mutating func `a caller who waits past the threshold is a miss at once, and one who waits within it is not counted`()
  {
    day.call(waits: 1, talks: 1)
    let waiting = day.calls()
    day.passes(20)
    #expect(day.value("sl_gross") == "100.0")
    #expect(day.value("sl_aband_negative") == "100.0")
    day.passes(.nanoseconds(1))
    #expect(day.value("sl_gross") == "50.0")
    #expect(day.value("sl_aband_negative") == "50.0")
    #expect(day.value("waiting") == "1")
    // It stays the one miss that it was.
    let offer = day.isOffered(waiting.0)
    day.answers(waiting, offer)
    #expect(day.value("sl_gross") == "50.0")
  }

  @Test mutating func `every variant of the service level is what its formula says`() throws {
    // a = 3, A = 4, x = 2 of which one short, X = 3, flow-out within = 1, late flow-out = 1, offered = 9.
    for _ in 0..<3 { day.call(waits: 5, talks: 10) }
    day.call(waits: 30, talks: 10)
    day.abandons(after: 2)
    day.abandons(after: 15)
    day.abandons(after: 40)
    for seconds in [10, 60] {
      let (contact, _) = day.calls()
      day.passes(seconds)
      day.book.contactEnded(contact, .waitedTooLong, at: day.now)
    }
    let expected = [
      "sl_answered": "75.0",  // 3/4
      "sl_aband_positive": "71.4",  // 5/7
      "sl_aband_ignored": "50.0",  // E = 3 + 2 + 3 = 8; 3/6
      "sl_aband_negative": "37.5",  // 3/8
      "sl_removed": "55.6",  // 5/9
      "sl_gross": "33.3",  // 3/9
      "sl_net": "37.5",  // 3/8
      "abandonment": "33.3", "abandonment_net": "25.0",  // 3/9, 2/8
      "answer_rate": "44.4", "asa": "11.3",  // 45/4 = 11.25
      "flow_out": "2", "cut_by_system": "2", "early_flow_out": "1", "unanswered": "5",
      "mean_abandon_time": "19.0", "longest_wait": "60.0",
    ]
    for (name, text) in expected { #expect(day.value(name) == text, "\(name)") }
    let counts = day.counts(.queue("sales"))
    var settings = Definition.Settings()
    settings.earlyFlowOut = .hit
    #expect(Definition.named("sl_gross")?.value(of: counts, settings)?.text == "44.4")
    settings.earlyFlowOut = .excluded
    #expect(Definition.named("sl_gross")?.value(of: counts, settings)?.text == "37.5")
    #expect(Definition.named("sl_net")?.value(of: counts, settings)?.text == "42.9")
  }

  @Test mutating func `a change of the thresholds does not touch what was`() {
    let old = ServiceTarget(threshold: .seconds(10), short: .seconds(10))
    let (before, _) = day.calls("sales", old)
    let (after, _) = day.calls("sales", ServiceTarget(threshold: .seconds(30), short: .zero))
    day.passes(9)
    day.book.contactEnded(before, .abandoned, at: day.now)
    day.book.contactEnded(after, .abandoned, at: day.now)
    let counts = day.counts(.queue("sales"))
    #expect(counts[.shortAbandoned] == 1)
    #expect(counts[.abandoned] == 1)
    #expect(day.value("threshold_least") == "10.0")
    #expect(day.value("threshold_greatest") == "30.0")
  }

  @Test mutating func `with a short threshold of zero nobody is short`() {
    let (contact, _) = day.calls("sales", ServiceTarget(short: .zero))
    day.book.contactEnded(contact, .abandoned, at: day.now)
    #expect(day.counts(.queue("sales"))[.abandoned] == 1)
  }

  @Test mutating func `talk, hold and wrap-up make the handling time, and both means of hold are there`() {
    var agent = Engagement(.talking, contact: "c1")
    _ = day.book.agentBecame("anna", Engagement(.idle), at: day.now)
    let call = day.calls()
    agent.contact = call.0
    let offer = day.isOffered(call.0)
    _ = day.book.agentBecame("anna", Engagement(.ringing, contact: call.0), at: day.now)
    day.passes(5)
    day.answers(call, offer)
    _ = day.book.agentBecame("anna", agent, at: day.now)
    day.passes(60)
    day.book.held(call.0, offer, at: day.now)
    day.passes(30)
    day.book.retrieved(call.0, offer, at: day.now)
    day.passes(30)
    _ = day.book.agentBecame("anna", Engagement(.acw, contact: call.0), at: day.now)
    day.book.contactEnded(call.0, .callerHungUp, at: day.now)
    day.passes(15)
    _ = day.book.agentBecame("anna", Engagement(.idle), at: day.now)
    day.call(waits: 1, talks: 30)
    for subject in [Subject.queue("sales"), .all, .entry("8000"), .agent("anna")] {
      let expected = [
        "handled": "2", "att": "60.0", "att_incl_hold": "75.0", "hold_per_held": "30.0", "hold_per_handled": "15.0",
        "hold_rate": "50.0", "acw_inbound": "7.5", "aht": "82.5", "offers": "2", "agent_answer_rate": "100.0",
        "mean_ring_time": "3.0",
      ]
      for (name, text) in expected { #expect(day.value(name, of: subject) == text, "\(name) of \(subject)") }
    }
  }

  @Test mutating func `while calls run, means are those of the calls that are over`() {
    day.call(waits: 1, talks: 60)
    let running = day.calls()
    let offer = day.isOffered(running.0)
    day.answers(running, offer)
    day.passes(600)
    day.book.held(running.0, offer, at: day.now)
    day.passes(30)
    for subject in [Subject.queue("sales"), .all, .entry("8000"), .agent("anna")] {
      #expect(day.value("handled", of: subject) == "1")
      #expect(day.value("att", of: subject) == "60.0")
      #expect(day.value("hold_rate", of: subject) == "0.0")
    }
    #expect(day.value("answered") == "2")
    day.book.contactEnded(running.0, .callerHungUp, at: day.now)
    #expect(day.value("att") == "330.0")
    #expect(day.value("hold_rate") == "50.0")
  }

  @Test mutating func `who is sent on to a number waits no more, and has flown out`() {
    let (contact, visit) = day.calls()
    day.passes(30)
    day.book.segmentEnded(contact, visit, .waitedTooLong, at: day.now)
    day.book.numberBegan(contact, "n", at: day.now)
    day.passes(5)
    day.book.answered(contact, "n", at: day.now)
    for subject in [Subject.all, .entry("8000"), .queue("sales")] {
      #expect(day.value("waiting", of: subject) == "0")
      #expect(day.value("flow_out", of: subject) == "1")
      #expect(day.value("longest_wait", of: subject) == "30.0")
    }
    day.passes(600)
    day.book.contactEnded(contact, .callerHungUp, at: day.now)
    #expect(day.value("flow_out", of: .all) == "1")
    #expect(day.value("cut_by_system", of: .all) == "0")
  }

  @Test mutating func `who is told that nobody is there waits no more, and is cut off`() {
    let (contact, visit) = day.calls()
    day.book.segmentEnded(contact, visit, .unreachable, at: day.now)
    day.book.announcementBegan(contact, "s", at: day.now)
    #expect(day.value("waiting", of: .all) == "0")
    day.passes(20)
    day.book.contactEnded(contact, .announced, at: day.now)
    #expect(day.value("cut_by_system", of: .all) == "1")
    #expect(day.counts(.all)[.flowOut(.noAgent)] == 1)
  }

  @Test mutating func `a caller who hangs up while a phone rings is an abandonment, and no missed offer`() {
    let (contact, _) = day.calls()
    let offer = day.isOffered(contact)
    day.passes(8)
    day.book.segmentEnded(contact, offer, .abandoned, at: day.now)
    day.book.contactEnded(contact, .abandoned, at: day.now)
    #expect(day.value("abandonment") == "100.0")
    #expect(day.value("rona_rate", of: .agent("anna")) == "0.0")
    #expect(day.value("rona_rate_net", of: .agent("anna")) == nil)
    #expect(day.value("offers", of: .agent("anna")) == "1")
    #expect(day.value("offers_withdrawn", of: .agent("anna")) == "1")
  }

  @Test mutating func `missed, declined and answered elsewhere are told apart`() {
    let call = day.calls()
    for reason: EndReason in [.noAnswer, .declined, .answeredElsewhere] {
      let offer = day.isOffered(call.0)
      day.passes(10)
      day.book.segmentEnded(call.0, offer, reason, at: day.now)
    }
    let offer = day.isOffered(call.0)
    day.answers(call, offer)
    // What another phone's answer ended was not hers to answer.
    #expect(day.value("rona_rate", of: .agent("anna")) == "25.0")
    #expect(day.value("rona_rate_net", of: .agent("anna")) == "33.3")
    #expect(day.value("declined", of: .agent("anna")) == "1")
    #expect(day.value("agent_answer_rate", of: .agent("anna")) == "25.0")
    #expect(day.value("agent_answer_rate_net", of: .agent("anna")) == "33.3")
    #expect(day.value("offers", of: .agent("anna")) == "4")
    #expect(day.value("asa") == "30.0")
  }

  @Test mutating func `what her phone says is busy when she refuses is declined, and apart in the counts`() {
    let call = day.calls()
    for reason: EndReason in [.busy, .declined, .busy, .unreachable] {
      let offer = day.isOffered(call.0)
      day.book.segmentEnded(call.0, offer, reason, at: day.now)
    }
    for subject in [.agent("anna"), .queue("sales"), .all] as [Subject] {
      #expect(day.value("declined", of: subject) == "3", "\(subject)")
      let counts = day.counts(subject)
      #expect(counts[.offersEnded("busy")] == 2 && counts[.offersEnded("declined")] == 1)
      #expect(day.value("rona_rate", of: subject) == "0.0")
    }
  }

  @Test mutating func `who overflows counts in both queues, and once over all`() {
    let contact: ContactID = "c"
    day.book.contactBegan(contact, isOutbound: false, entry: "8000", at: day.now)
    day.book.visitBegan(contact, "v1", of: "sales", ServiceTarget(), at: day.now)
    day.passes(30)
    day.book.segmentEnded(contact, "v1", .waitedTooLong, at: day.now)
    day.book.visitBegan(contact, "v2", of: "support", ServiceTarget(), at: day.now)
    #expect(day.counts(.all)[.waiting] == 1)
    day.book.agentBegan(contact, "o1", "anna", at: day.now)
    day.passes(5)
    day.answers((contact, "v2"), "o1")
    day.passes(60)
    day.book.contactEnded(contact, .agentHungUp, at: day.now)
    #expect(day.counts(.queue("sales"))[.flowOut(.timeout)] == 1)
    #expect(day.counts(.queue("sales"))[.cutBySystem] == 0)
    #expect(day.value("sl_gross", of: .queue("support")) == "100.0")
    let all = day.counts(.all)
    #expect(all[.offered] == 1)
    #expect(all[.answered] == 1)
    // From the first queue's door to the answer.
    #expect(day.value("asa", of: .all) == "35.0")
    #expect(day.value("sl_gross", of: .all) == "0.0")
  }

  @Test
  mutating func `what never came to a queue is blocked, announced or direct, and below the answer rate of arrivals`() {
    day.book.contactBegan("b", isOutbound: false, entry: "8004", at: day.now)
    day.book.contactEnded("b", .rejected, at: day.now)
    day.book.contactBegan("a", isOutbound: false, entry: "8003", at: day.now)
    day.book.announcementBegan("a", "s", at: day.now)
    day.book.contactEnded("a", .announced, at: day.now)
    day.book.contactBegan("d", isOutbound: false, entry: "8002", at: day.now)
    day.book.agentBegan("d", "o", "anna", at: day.now)
    day.book.answered("d", "o", at: day.now)
    day.book.contactEnded("d", .agentHungUp, at: day.now)
    day.call(waits: 1, talks: 1)
    let expected = [
      "arrived": "4", "blocked": "1", "announced": "1", "direct": "1", "offered": "1", "answer_rate": "100.0",
      "answer_rate_arrived": "50.0", "handled": "2",
    ]
    for (name, text) in expected { #expect(day.value(name, of: .all) == text, "\(name)") }
    #expect(day.value("blocked", of: .entry("8004")) == "1")
  }

  @Test mutating func `a takeover is no offer, and the visit is handled once`() {
    let call = day.calls()
    let offer = day.isOffered(call.0)
    day.answers(call, offer)
    day.passes(30)
    day.book.segmentEnded(call.0, offer, .answeredElsewhere, at: day.now)
    let second = day.isOffered(call.0, to: "boss")
    day.book.answered(call.0, second, at: day.now)
    day.passes(30)
    day.book.contactEnded(call.0, .callerHungUp, at: day.now)
    #expect(day.value("handled") == "1")
    #expect(day.value("att") == "60.0")
    #expect(day.value("takeover_rate") == "100.0")
    #expect(day.value("handled", of: .agent("boss")) == "1")
    #expect(day.value("offers", of: .agent("boss")) == "0")
    #expect(day.value("handled", of: .all) == "1")
  }

  @Test mutating func `told twice, late or from nowhere, it keeps what was first`() {
    let call = day.calls()
    let offer = day.isOffered(call.0)
    day.answers(call, offer)
    let before = day.counts(.all)
    day.answers(call, offer)
    day.book.visitBegan(call.0, call.1, of: "support", ServiceTarget(), at: day.now)
    day.book.contactBegan(call.0, isOutbound: true, entry: "x", at: day.now)
    day.book.contactEnded("nobody", .abandoned, at: day.now)
    day.book.held("nobody", "x", at: day.now)
    day.book.retrieved(call.0, offer, at: day.now)
    #expect(day.counts(.all) == before)
    day.book.contactEnded(call.0, .callerHungUp, at: day.now)
    let after = day.counts(.all)
    day.book.contactEnded(call.0, .callerHungUp, at: day.now)
    day.book.segmentEnded(call.0, offer, .lost, at: day.now)
    #expect(day.counts(.all) == after)
  }
}
