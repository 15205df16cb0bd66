public import Telephony

/// What happened: one record per contact, built as it happens, every end with its reason.
///
/// Told too much, too late or twice, it keeps what was first: a contact ends exactly once, and so does each segment.
public struct Ledger: Sendable {
  public enum Effect: Equatable, Sendable {
    /// The record as it is now; told at the opening, at each answer, and at the end.
    case save(ContactRecord)
  }

  public init() {}

  public mutating func opened(
    _ contact: ContactID, _ direction: ContactRecord.Direction, caller: Caller, called: String, at now: Moment
  ) -> [Effect] { [] }
  public mutating func identified(_ contact: ContactID, customer: CustomerID, name: String) -> [Effect] { [] }
  public mutating func segmentBegan(_ contact: ContactID, _ kind: Segment.Kind, name: SegmentID, at now: Moment)
    -> [Effect]
  { [] }
  /// Of an agent's or number's segment: answered.
  public mutating func segmentAnswered(_ contact: ContactID, name: SegmentID, at now: Moment) -> [Effect] { [] }
  public mutating func segmentHeld(_ contact: ContactID, name: SegmentID, at now: Moment) -> [Effect] { [] }
  public mutating func segmentRetrieved(_ contact: ContactID, name: SegmentID, at now: Moment) -> [Effect] { [] }
  public mutating func segmentEnded(_ contact: ContactID, name: SegmentID, _ reason: EndReason, at now: Moment)
    -> [Effect]
  { [] }
  public mutating func recorded(_ contact: ContactID, _ recording: RecordingID) -> [Effect] { [] }
  /// Open segments end with it and with its reason. The record leaves the ledger.
  public mutating func ended(_ contact: ContactID, _ reason: EndReason, at now: Moment) -> [Effect] { [] }

  /// The contacts that have not ended, oldest first.
  public var current: [ContactRecord] { [] }
  public func record(_ contact: ContactID) -> ContactRecord? { nil }
}
