public import Telephony

/// What happened: one record per contact, built as it happens, every end with its reason.
///
/// Told too much, too late or twice, it keeps what was first: a contact ends exactly once, and so does each segment.
public struct Ledger: Sendable {
  /// What must be done.
  public enum Effect: Equatable, Sendable {
    /// The record as it is now; told at the opening, with each part that begins or is over, at each answer, with each
    /// recording, and at the end. What has not been saved when the daemon dies never happened: only an offer to an agent is
    /// told when it has come to something.
    case save(ContactRecord)
  }

  fileprivate struct Page: Sendable {
    var record: ContactRecord
    /// Since when a segment's agent holds the caller.
    var heldSince: [SegmentID: Moment] = [:]
  }

  private var pages: [ContactID: Page] = [:]

  /// Nothing has happened yet.
  public init() {}

  /// A contact begins: somebody calls in by a row of the entry table, or one of us dials out.
  public mutating func opened(
    _ contact: ContactID, _ direction: ContactRecord.Direction, caller: Caller, called: String, entry: String = "",
    at now: Moment
  ) -> [Effect] {
    guard pages[contact] == nil else { return [] }
    let record = ContactRecord(
      id: contact, direction: direction, caller: caller, called: called, entry: entry, startedAt: now)
    pages[contact] = Page(record: record)
    return [.save(record)]
  }

  /// The directory knows who it is, or, when that is not certain, who it may be; kept with the next save.
  public mutating func identified(
    _ contact: ContactID, customer: CustomerID, name: String, isCertain: Bool
  ) -> [Effect] {
    guard var page = pages[contact], page.record.customer == nil else { return [] }
    page.record.customer = customer
    page.record.isCustomerCertain = isCertain
    page.record.customerName = name
    pages[contact] = page
    return []
  }

  /// A visit to a queue, an offer to an agent, an announcement or an attempt at a number begins. The thresholds are those of
  /// the queue, and stay with the visit.
  public mutating func segmentBegan(
    _ contact: ContactID, _ kind: Segment.Kind, name: SegmentID, threshold: Duration? = nil,
    shortThreshold: Duration? = nil, at now: Moment
  ) -> [Effect] {
    guard var page = pages[contact], page.index(of: name) == nil else { return [] }
    var segment = Segment(id: name, kind: kind, startedAt: now)
    switch kind {
    case .queue: (segment.threshold, segment.shortThreshold) = (threshold, shortThreshold)
    case .agent: segment.visit = page.visit
    case .announcement, .number: break
    }
    page.record.segments.append(segment)
    pages[contact] = page
    if case (.agent, .inbound) = (kind, page.record.direction) { return [] }
    return [.save(page.record)]
  }

  /// Of an agent's or number's segment: answered.
  ///
  /// The contact is answered with the first agent, or the number that it was sent on to, when it came in, and with the
  /// number when one of us dialled.
  public mutating func segmentAnswered(_ contact: ContactID, name: SegmentID, at now: Moment) -> [Effect] {
    guard var page = pages[contact], let index = page.indexOfOpen(name), page.record.segments[index].answeredAt == nil
    else { return [] }
    switch (page.record.segments[index].kind, page.record.direction) {
    case (.agent, .inbound), (.number, _): page.record.answeredAt = page.record.answeredAt ?? now
    case (.agent, .outbound): break
    case (.queue, _), (.announcement, _): return []
    }
    page.record.segments[index].answeredAt = now
    pages[contact] = page
    return [.save(page.record)]
  }

  /// The agent's phone holds the caller.
  public mutating func segmentHeld(_ contact: ContactID, name: SegmentID, at now: Moment) -> [Effect] {
    guard var page = pages[contact], let index = page.indexOfOpen(name), page.record.segments[index].answeredAt != nil,
      case .agent = page.record.segments[index].kind, page.heldSince[name] == nil
    else { return [] }
    page.heldSince[name] = now
    pages[contact] = page
    return []
  }

  /// The agent's phone took the caller back: the time in between is added to `held`.
  public mutating func segmentRetrieved(_ contact: ContactID, name: SegmentID, at now: Moment) -> [Effect] {
    guard var page = pages[contact], let index = page.indexOfOpen(name) else { return [] }
    page.retrieve(index, at: now)
    pages[contact] = page
    return []
  }

  /// A segment is over; one that held until then is counted as held to its end.
  public mutating func segmentEnded(_ contact: ContactID, name: SegmentID, _ reason: EndReason, at now: Moment)
    -> [Effect]
  {
    guard var page = pages[contact], let index = page.indexOfOpen(name) else { return [] }
    page.close(index, reason, at: now)
    pages[contact] = page
    return [.save(page.record)]
  }

  /// A recording of this contact was begun.
  public mutating func recorded(_ contact: ContactID, _ recording: RecordingID) -> [Effect] {
    guard var page = pages[contact], !page.record.recordings.contains(recording) else { return [] }
    page.record.recordings.append(recording)
    pages[contact] = page
    return [.save(page.record)]
  }

  /// Open segments end with it and with its reason. The record leaves the ledger.
  public mutating func ended(_ contact: ContactID, _ reason: EndReason, at now: Moment) -> [Effect] {
    guard var page = pages.removeValue(forKey: contact) else { return [] }
    for index in page.record.segments.indices where page.record.segments[index].endedAt == nil {
      page.close(index, reason, at: now)
    }
    page.record.endedAt = now
    page.record.endReason = reason
    return [.save(page.record)]
  }

  /// The contacts that have not ended, oldest first.
  public var current: [ContactRecord] {
    pages.values.map(\.record).sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
  }

  /// A contact that has not ended; its `held` leaves out a hold that still lasts.
  public func record(_ contact: ContactID) -> ContactRecord? { pages[contact]?.record }
}

extension Ledger.Page {
  fileprivate func index(of name: SegmentID) -> Int? { record.segments.lastIndex { $0.id == name } }

  /// The wait in a queue to which an agent belongs who is rung, or takes over, now.
  fileprivate var visit: SegmentID? {
    let last = record.segments.last { if case .queue = $0.kind { true } else { false } }
    return last.flatMap { $0.endedAt == nil || $0.endReason == .answered ? $0.id : nil }
  }

  fileprivate func indexOfOpen(_ name: SegmentID) -> Int? {
    index(of: name).flatMap { record.segments[$0].endedAt == nil ? $0 : nil }
  }

  fileprivate mutating func retrieve(_ index: Int, at now: Moment) {
    guard let since = heldSince.removeValue(forKey: record.segments[index].id) else { return }
    record.segments[index].held += max(.zero, now.since(since))
  }

  fileprivate mutating func close(_ index: Int, _ reason: EndReason, at now: Moment) {
    retrieve(index, at: now)
    record.segments[index].endedAt = now
    record.segments[index].endReason = reason
  }
}
