public import Telephony

/// Why a request of a client about a recording comes to nothing.
public enum RecordingRefusal: Error, Equatable, Sendable {
  case nobodyTalks(ContactID)
  case notRecorded(ContactID)
  case queueRecordsNever
  case queueRecordsAlways

  /// Whether a rule forbids it, rather than the moment.
  public var isByPolicy: Bool { self == .queueRecordsNever || self == .queueRecordsAlways }

  /// One sentence for people, with what to do.
  public var explanation: String {
    switch self {
    case .nobodyTalks(let contact): "nobody talks in contact \(contact) yet"
    case .notRecorded(let contact): "contact \(contact) is not being recorded"
    case .queueRecordsNever: "the queue never records: only an administrator's configuration changes that"
    case .queueRecordsAlways: "the queue records always: only an administrator's configuration changes that"
    }
  }
}
