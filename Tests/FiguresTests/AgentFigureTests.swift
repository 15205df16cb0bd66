import Figures
import Telephony
import Testing

@Suite struct `Figures of agents` {
  private var day = Day()

  private mutating func does(_ engagement: Engagement?, for minutes: Int, agent: AgentID = "anna") {
    _ = day.book.agentBecame(agent, engagement, at: day.now)
    day.passes(minutes * 60)
  }

  /// Eight hours of shift: an hour of unpaid break, half an hour of training, four hours of talk and hold, one of wrap-up,
  /// one and a half idle.
  private mutating func shift(loggedInDuringBreak: Bool) -> Counts {
    does(Engagement(.talking), for: 180)
    does(Engagement(.holding), for: 60)
    does(Engagement(.acw), for: 60)
    does(Engagement(.idle), for: 90)
    does(Engagement(.away, reason: "training", countsAsWork: true), for: 30)
    does(loggedInDuringBreak ? Engagement(.away, reason: "lunch", isPaid: false) : nil, for: 60)
    _ = day.book.agentBecame("anna", nil, at: day.now)
    return day.counts(.agent("anna"))
  }

  @Test mutating func `the worked check of the definitions comes out`() {
    let counts = shift(loggedInDuringBreak: true)
    func text(_ name: String) -> String? { Definition.named(name)?.value(of: counts)?.text }
    #expect(text("occupancy") == "76.9")
    #expect(text("paid") == "25200.0")
    #expect(text("utilisation_a_paid") == "92.9")
    #expect(text("utilisation_b_paid") == "71.4")
    // Logged in all of the eight hours.
    #expect(text("utilisation_a_login") == "81.3")
    #expect(text("utilisation_b_login") == "62.5")
  }

  @Test mutating func `whoever logs out for her break has the time of the log-in without it`() {
    let counts = shift(loggedInDuringBreak: false)
    func text(_ name: String) -> String? { Definition.named(name)?.value(of: counts)?.text }
    #expect(text("logged_in") == "25200.0")
    #expect(text("utilisation_b_login_less_work") == "76.9")
    #expect(text("utilisation_a_paid") == "92.9")
  }

  @Test mutating func `time goes to the quarters in which it passes, and adds up however it is cut`() {
    day.passes(600)
    _ = day.book.agentBecame("anna", Engagement(.idle), at: day.now)
    var cells: [Cell: Counts] = [:]
    for _ in 0..<7 {
      day.passes(.seconds(157) + .nanoseconds(3))
      for (cell, counts) in day.cells() { cells[cell, default: Counts()].add(counts) }
    }
    let own = cells.filter { $0.key.subject == .agent("anna") }.sorted { $0.key.quarter < $1.key.quarter }
    #expect(own.map(\.key.quarter) == [Day.morning, Day.morning + Cell.length])
    #expect(own.map(\.value[.loggedIn]) == [300_000_000_000, 799_000_000_021])
  }

  @Test(arguments: [-3600, 3600]) mutating func `a step of the wall clock changes no duration`(seconds: Int64) {
    let call = day.calls()
    let offer = day.isOffered(call.0)
    let rows = day.book.agentBecame("anna", Engagement(.ringing, contact: call.0), at: day.now)
    day.passes(5)
    day.now.wallMilliseconds += seconds * 1000
    day.passes(5)
    day.answers(call, offer)
    let more = day.book.agentBecame("anna", Engagement(.talking, contact: call.0), at: day.now)
    day.passes(60)
    day.now.wallMilliseconds -= seconds * 1000
    day.book.contactEnded(call.0, .callerHungUp, at: day.now)
    _ = day.book.agentBecame("anna", nil, at: day.now)
    #expect(rows.count == 1 && more.count == 2)
    var whole = Counts()
    for (cell, counts) in day.cells() where cell.subject == .all { whole.add(counts) }
    #expect(whole[.answerTime] == 10_000_000_000)
    #expect(whole[.talk] == 60_000_000_000)
    #expect(whole[.time(.ringing)] == 10_000_000_000)
    #expect(whole[.time(.talking)] == 60_000_000_000)
  }

  @Test mutating func `dialling and talking outbound are work, ringing and supervising are neither work nor idle`() {
    does(Engagement(.outboundDialing), for: 1)
    does(Engagement(.outboundTalking), for: 2)
    does(Engagement(.idle), for: 1)
    does(Engagement(.ringing), for: 10)
    does(Engagement(.supervising), for: 10)
    does(Engagement(.unreachable), for: 10)
    #expect(day.value("occupancy", of: .agent("anna")) == "75.0")
    #expect(day.value("ringing", of: .agent("anna")) == "600.0")
    #expect(day.value("logged_in", of: .agent("anna")) == "2040.0")
  }

  @Test mutating func `attempts are counted by result, with the talk of those that connected`() {
    func dials(_ contact: ContactID, _ reason: EndReason, _ day: inout Day, talks: Int?) {
      _ = day.book.agentBecame("anna", Engagement(.outboundDialing, contact: contact), at: day.now)
      day.book.contactBegan(contact, isOutbound: true, entry: "03", at: day.now)
      day.book.agentBegan(contact, "a", "anna", at: day.now)
      day.book.answered(contact, "a", at: day.now)
      day.book.numberBegan(contact, "n", at: day.now)
      day.passes(10)
      if let talks {
        day.book.answered(contact, "n", at: day.now)
        _ = day.book.agentBecame("anna", Engagement(.outboundTalking, contact: contact), at: day.now)
        day.passes(talks)
        day.book.held(contact, "a", at: day.now)
        day.passes(5)
        _ = day.book.agentBecame("anna", Engagement(.acw, contact: contact), at: day.now)
      }
      day.book.contactEnded(contact, reason, at: day.now)
      day.passes(8)
      _ = day.book.agentBecame("anna", Engagement(.idle), at: day.now)
    }
    dials("1", .callerHungUp, &day, talks: 30)
    dials("2", .agentHungUp, &day, talks: 60)
    dials("3", .busy, &day, talks: nil)
    dials("4", .noAnswer, &day, talks: nil)
    dials("5", .cancelled, &day, talks: nil)
    for subject in [Subject.agent("anna"), .all] {
      let expected = [
        "attempts": "5", "connected": "2", "connect_rate": "40.0", "attempts_busy": "1", "attempts_no_answer": "1",
        "attempts_other": "1", "outbound_att": "45.0", "outbound_talk": "90.0", "acw_outbound": "8.0", "handled": "0",
        "offers": "0",
      ]
      for (name, text) in expected { #expect(day.value(name, of: subject) == text, "\(name)") }
    }
    #expect(day.counts(.all)[.arrived] == 0)
    #expect(day.counts(.all)[.outboundHold] == 10_000_000_000)
  }

  @Test mutating func `what an agent has dialled counts with its talk, and not while it lasts`() {
    for contact in ["1", "2"] as [ContactID] {
      day.book.contactBegan(contact, isOutbound: true, entry: "", at: day.now)
      day.book.agentBegan(contact, "a", "anna", at: day.now)
      day.book.numberBegan(contact, "n", at: day.now)
      day.book.answered(contact, "n", at: day.now)
    }
    day.passes(40)
    day.book.contactEnded("1", .callerHungUp, at: day.now)
    #expect(day.value("connected", of: .all) == "2")
    #expect(day.value("outbound_att", of: .all) == "40.0")
    #expect(day.value("outbound_att", of: .agent("anna")) == "40.0")
  }

  @Test mutating func `rows tell each stretch once, and one that lasted no time gives way`() {
    let first = day.book.agentBecame("anna", Engagement(.away, reason: "login"), at: day.now)
    let second = day.book.agentBecame("anna", Engagement(.idle), at: day.now)
    #expect(first.map(\.startedAt) == second.map(\.startedAt))
    #expect(day.book.agentBecame("anna", Engagement(.idle), at: day.now) == [])
    day.passes(10)
    let third = day.book.agentBecame("anna", nil, at: day.now)
    #expect(third.map(\.endedAt) == [day.now])
    #expect(third.map(\.engagement.occupation) == [.idle])
    #expect(day.book.agentBecame("anna", nil, at: day.now) == [])
    _ = day.book.agentBecame("anna", Engagement(.supervising, isLoggedIn: false), at: day.now)
    day.passes(10)
    #expect(day.book.closed(at: day.now).map(\.endedAt) == [day.now])
    #expect(day.value("logged_in", of: .agent("anna")) == "10.0")
    #expect(day.value("supervising", of: .agent("anna")) == "10.0")
  }

  /// What a table of rows is after these.
  private func write(_ new: [Stretch], _ rows: inout [Stretch]) {
    for row in new {
      rows.removeAll { $0.agent == row.agent && $0.startedAt == row.startedAt }
      rows.append(row)
    }
  }

  @Test(arguments: [1, 7 * 24, 400])
  mutating func `away for thirteen days she has a row for each, and the log says what was counted`(hours: Int) {
    var rows: [Stretch] = []
    var kept: [Cell: Counts] = [:]
    let away = Engagement(.away, reason: "leave")
    day.passes(1234)
    write(day.book.agentBecame("anna", away, at: day.now), &rows)
    let end = day.now.advanced(by: .seconds(13 * 86_400))
    while day.now.advanced(by: .seconds(hours * 3600)) < end {
      day.passes(hours * 3600)
      write(day.book.renewed(at: day.now), &rows)
      #expect(rows.count { $0.endedAt == nil } == 1)
      for (cell, counts) in day.cells() { kept[cell, default: Counts()].add(counts) }
    }
    day.now = end
    write(day.book.agentBecame("anna", Engagement(.idle), at: day.now), &rows)
    day.passes(60)
    write(day.book.closed(at: day.now), &rows)
    for (cell, counts) in day.cells() { kept[cell, default: Counts()].add(counts) }
    #expect(rows.allSatisfy { row in row.endedAt.map { $0.since(row.startedAt) <= Stretch.longest } ?? false })
    #expect(rows.count { $0.engagement == away } >= 7)
    let found = Fold([], rows, until: day.now).cells
    #expect(Discrepancy.all(between: kept, and: found) == [])
    let whole = kept.filter { $0.key.subject == .agent("anna") }.values.reduce(0) { $0 + $1[.loggedIn] }
    #expect(whole == (13 * 86_400 + 60) * 1_000_000_000)
  }
}
