import Figures
import Telephony
import Testing

@Suite struct `First-contact resolution` {
  private let day: Int64 = 86_400_000
  private let start = Moment(monotonicNanoseconds: 1_000_000_000, wallMilliseconds: Day.morning)
  private func at(_ seconds: Int) -> Moment { start.advanced(by: .seconds(seconds)) }

  /// Came in, waited for so long in the queue, and Anna talked with her.
  private func contact(waits: Int = 30) -> LoggedContact {
    LoggedContact(
      id: "c", isOutbound: false, entry: "8000", startedAt: start, endedAt: at(5000), endReason: .callerHungUp,
      segments: [
        .init(
          id: "v", kind: .visit("sales", ServiceTarget()), startedAt: start, endedAt: at(waits), endReason: .answered),
        .init(
          id: "a", kind: .agent("anna", visit: "v"), startedAt: at(waits), answeredAt: at(waits), endedAt: at(5000),
          endReason: .callerHungUp),
      ])
  }

  private func cells(
    _ contact: LoggedContact, isFollowed: Bool = false, mayBeFollowed: Bool = false, until now: Moment? = nil
  ) -> [Cell: Counts] {
    var reckoning = FirstContacts(
      in: 0..<Int64.max, within: 7 * day, until: now ?? start.advanced(by: .seconds(86_400 * 30)))
    reckoning.add(FollowedContact(contact, isFollowed: isFollowed, mayBeFollowed: mayBeFollowed))
    return reckoning.cells
  }

  @Test func `a contact counts where its other figures do, in the quarter in which that began`() {
    let counts: Counts = [.firstContacts: 1, .firstContactsRepeated: 1]
    let later = Day.morning + Cell.length
    #expect(
      cells(contact(waits: 900), isFollowed: true) == [
        Cell(at: Day.morning, .all): counts, Cell(at: Day.morning, .entry("8000")): counts,
        Cell(at: Day.morning, .queue("sales")): counts, Cell(at: later, .agent("anna")): counts,
      ])
  }

  @Test func `each who talked in it, and each queue in which it was answered, once`() {
    var long = contact()
    long.segments += [
      .init(id: "b", kind: .agent("boss", visit: "v"), startedAt: at(50), answeredAt: at(50), endedAt: at(60)),
      .init(id: "a2", kind: .agent("anna", visit: "v"), startedAt: at(4000), answeredAt: at(4000), endedAt: at(5000)),
      .init(id: "w", kind: .visit("empty", ServiceTarget()), startedAt: at(70), endedAt: at(80), endReason: .busy),
      .init(id: "o", kind: .agent("ben", visit: "w"), startedAt: at(71), endedAt: at(80), endReason: .noAnswer),
    ]
    let found = cells(long)
    #expect(Set(found.keys.map(\.subject)) == [.all, .entry("8000"), .queue("sales"), .agent("anna"), .agent("boss")])
    #expect(found.values.allSatisfy { $0 == [.firstContacts: 1] })
  }

  @Test func `until her time is over she may still call again`() {
    let last = start.advanced(by: .seconds(7 * 86_400))
    func isOpen(_ now: Moment) -> Bool {
      cells(contact(), until: now)[Cell(at: Day.morning, .all)]?[.firstContactsOpen] == 1
    }
    #expect(isOpen(start) && isOpen(last))
    #expect(!isOpen(last.advanced(by: .milliseconds(1))))
    #expect(cells(contact(), isFollowed: true, until: start)[Cell(at: Day.morning, .all)]?[.firstContactsOpen] == 0)
  }

  @Test func `until each call is over that she began in her time, it may speak against the first`() {
    let late = start.advanced(by: .seconds(8 * 86_400))
    func counts(_ isFollowed: Bool) -> Counts? {
      cells(contact(), isFollowed: isFollowed, mayBeFollowed: true, until: late)[Cell(at: Day.morning, .all)]
    }
    #expect(counts(false) == [.firstContacts: 1, .firstContactsOpen: 1])
    #expect(counts(true) == [.firstContacts: 1, .firstContactsRepeated: 1])
  }

  @Test func `what is not over, was answered by nobody of ours, or went out is nobody's first contact`() {
    var (open, missed, outbound) = (contact(), contact(), contact())
    open.endedAt = nil
    missed.segments[1].answeredAt = nil
    outbound.isOutbound = true
    for one in [open, missed, outbound] { #expect(cells(one).isEmpty) }
  }

  @Test func `rows that contradict themselves do no harm`() {
    var strange = contact()
    strange.startedAt.wallMilliseconds = .max - 5
    #expect(cells(strange).values.allSatisfy { $0[.firstContacts] == 1 })
  }

  /// Summer time ends on 2026-10-25 01:00 UTC.
  @Test func `days are of twenty-four hours, and a contact is one of the local day in which it began`() throws {
    let change = RFC3339.milliseconds("2026-10-25T01:00:00Z") ?? 0
    let berlin = Calendar(dayEnds: 5 * 60) { $0 < change ? 7200 : 3600 }
    var calls: [LoggedContact] = []
    // Local 04:59 and 05:00 of the day on which the clock goes back: the day ends in between. And 14:00 of the day before,
    // of which seven days end at 13:00.
    for (id, time) in [("a", "2026-10-25T03:59:00Z"), ("b", "2026-10-25T04:00:00Z"), ("c", "2026-10-24T12:00:00Z")] {
      var call = contact(waits: 0)
      call.id = ContactID(rawValue: id)
      call.startedAt.wallMilliseconds = RFC3339.milliseconds(time) ?? 0
      for index in call.segments.indices { call.segments[index].startedAt = call.startedAt }
      calls.append(call)
    }
    let noon = RFC3339.milliseconds("2026-10-31T12:30:00Z") ?? 0
    let range = (change - 30 * 3_600_000)..<(change + 30 * 3_600_000)
    var reckoning = FirstContacts(
      in: range, within: 7 * day, until: Moment(monotonicNanoseconds: 0, wallMilliseconds: noon))
    for call in calls { reckoning.add(FollowedContact(call, isFollowed: call.id == "a")) }
    var report = Report(in: range, by: .day, [.all, .queue], berlin)
    try report.add(reckoning.cells)
    let rows = report.rows.filter { $0.subject == .all }
    #expect(
      rows.map(\.counts) == [
        [.firstContacts: 2, .firstContactsRepeated: 1], [.firstContacts: 1, .firstContactsOpen: 1],
      ])
    #expect(report.rows.filter { $0.subject == .queue("sales") }.map(\.counts) == rows.map(\.counts))
    #expect(rows.map { berlin.text($0.period.lowerBound) } == ["2026-10-24 05:00", "2026-10-25 05:00"])
  }

  @Test func `the share is of those who were judged, and nothing where that was not asked for`() {
    let counts: Counts = [.firstContacts: 8, .firstContactsRepeated: 2, .firstContactsOpen: 3]
    func values(_ settings: Definition.Settings) -> [String?] {
      ["fcr_contacts", "fcr_repeated", "fcr_open", "fcr"].map {
        Definition.named($0)?.value(of: counts, settings)?.text
      }
    }
    var settings = Definition.Settings()
    #expect(values(settings) == ["8", "2", "3", "75.0"])
    #expect(Definition.named("fcr")?.value(of: Counts()) == nil)
    settings.firstContactDays = nil
    #expect(values(settings) == [nil, nil, nil, nil])
  }
}
