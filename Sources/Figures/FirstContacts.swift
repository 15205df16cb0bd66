public import Telephony

/// A contact of a customer who is certain, and whether she called again.
public struct FollowedContact: Sendable, Equatable {
  /// As the log tells it; it came in, was answered and is over.
  public var contact: LoggedContact
  /// She began another one about the same, which is over, within the time that was asked for.
  public var isFollowed: Bool
  /// She began another one within that time which is not over, and of which nobody can say what it is about before it is.
  public var mayBeFollowed: Bool

  /// All as given.
  public init(_ contact: LoggedContact, isFollowed: Bool, mayBeFollowed: Bool = false) {
    self.contact = contact
    self.isFollowed = isFollowed
    self.mayBeFollowed = mayBeFollowed
  }
}

/// Whether customers had to call again (first-contact resolution), from the log.
///
/// It is the only figure of a contact that hangs on others, and these may come days later: so it is reckoned when somebody
/// asks, and neither the book nor what is stored has it. A contact counts where its other figures do: with the whole and
/// with its entry point when it began, with each queue in which it was answered when its visit there began, and with each
/// agent who talked in it when her part began; once with each.
public struct FirstContacts: Sendable {
  /// What came of the contacts so far, of quarters that begin in the time that was asked for.
  public private(set) var cells: [Cell: Counts] = [:]
  private let range: Range<Int64>
  private let window: Int64
  private let now: Moment

  /// No contacts yet. Only quarters that begin in `range`, wall time in milliseconds, are kept; whoever has not called
  /// again may do so for `window` milliseconds, and who has begun to within them may still be at it.
  public init(in range: Range<Int64>, within window: Int64, until now: Moment) {
    self.range = range
    self.window = window
    self.now = now
  }

  /// What the log says of a time, whose rows are in memory at once. `reasons` are the dispositions that say what contacts
  /// were about.
  public init(
    in range: Range<Int64>, _ stored: any StoredFigures, within window: Int64, reasons: Set<String>, until now: Moment
  ) throws {
    self.init(in: range, within: window, until: now)
    for followed in try stored.followedContacts(touching: range, within: window, reasons: reasons) { add(followed) }
  }

  /// A contact, once. The time in which she may call again goes by the wall clock, the only one that all runs share.
  public mutating func add(_ followed: FollowedContact) {
    let contact = followed.contact
    guard !contact.isOutbound, contact.endedAt != nil, !contact.answers.isEmpty else { return }
    let (last, isFar) = contact.startedAt.wallMilliseconds.addingReportingOverflow(window)
    var counts: Counts = [.firstContacts: 1]
    if followed.isFollowed {
      counts.count(.firstContactsRepeated)
    } else if isFar || now.wallMilliseconds <= last || followed.mayBeFollowed {
      counts.count(.firstContactsOpen)
    }
    for cell in Self.places(of: contact) where range.contains(cell.quarter) {
      cells[cell, default: Counts()].add(counts)
    }
  }

  private static func places(of contact: LoggedContact) -> [Cell] {
    let began = contact.startedAt.wallMilliseconds
    var places = [Cell(at: began, .all), Cell(at: began, .entry(contact.entry))]
    func add(_ subject: Subject, _ began: Moment) {
      guard !places.contains(where: { $0.subject == subject }) else { return }
      places.append(Cell(at: began.wallMilliseconds, subject))
    }
    let visits = contact.visits
    for handling in contact.answers {
      add(.agent(handling.agent), handling.segment.startedAt)
      if let visit = visits.first(where: { $0.segment.id == handling.visit }) {
        add(.queue(visit.queue), visit.segment.startedAt)
      }
    }
    return places
  }
}
