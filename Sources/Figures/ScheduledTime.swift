public import Telephony

/// What agents' shifts and their time have in common: reckoned from both when somebody asks.
///
/// Each instant of a shift has one planned state. Outside its parts an agent is to be logged in and not away; in `work` she
/// is to be away for a reason that counts as work; in a break she is to be away or logged out. What is still to come is not
/// planned yet, and what she does outside her shifts is not looked at.
public struct ScheduledTime: Sendable {
  private let range: Range<Int64>
  private let now: Moment
  private let calendar: Calendar

  /// Of quarters that begin in `range`, wall time in milliseconds, up to now.
  public init(in range: Range<Int64>, until now: Moment, _ calendar: Calendar) {
    self.range = range
    self.now = now
    self.calendar = calendar
  }

  /// What to add to the figures, from all shifts and stretches that touch the time. Both may have more in them.
  ///
  /// A stretch lies where the wall clock put its beginning, and is as long as the monotonic clock says. Where the clock was
  /// set back, two of them lie over one another: then the one that began earlier by it counts, so that no instant counts twice.
  public func cells(_ shifts: [Shift], _ stretches: [Stretch]) -> [Cell: Counts] {
    var cells: [Cell: Counts] = [:]
    let rows = Dictionary(grouping: stretches, by: \.agent)
    for (agent, own) in Dictionary(grouping: shifts, by: \.agent) {
      let pieces = pieces(of: own)
      var counts = pieces.map(\.planned)
      compare(pieces, (rows[agent] ?? []).sorted(by: Self.isEarlier), &counts)
      for (piece, counts) in zip(pieces, counts) {
        let quarter = Cell.quarter(of: piece.wall.lowerBound)
        for subject in [Subject.agent(agent), .all] {
          cells[Cell(quarter: quarter, subject: subject), default: Counts()].add(counts)
        }
      }
    }
    return cells
  }

  /// A time within one quarter in which one thing is planned; nil: to be there.
  private struct Piece {
    let wall: Range<Int64>
    let kind: Shift.Kind?

    /// What is so whatever she does: a break is kept as long as she does not work in it.
    var planned: Counts {
      let length = wall.count * ScheduledTime.nanosecondsPerMillisecond
      return [
        .scheduled: length, .scheduledPaid: kind == .unpaidBreak ? 0 : length, .adherent: isBreak ? length : 0,
      ]
    }

    var isBreak: Bool { kind == .unpaidBreak || kind == .paidBreak }
  }

  private static let nanosecondsPerMillisecond = 1_000_000

  private static func isEarlier(_ a: Stretch, _ b: Stretch) -> Bool {
    (a.startedAt.wallMilliseconds, a.startedAt) < (b.startedAt.wallMilliseconds, b.startedAt)
  }

  /// In order, none over another, whatever somebody has written into the store.
  private func pieces(of shifts: [Shift]) -> [Piece] {
    var end = range.lowerBound
    let limit = min(range.upperBound, now.wallMilliseconds)
    var pieces: [Piece] = []
    func plan(_ kind: Shift.Kind?, until wall: Int64) {
      let wall = min(wall, limit)
      while end < wall {
        let next = min(wall, Cell.quarter(of: end) + Cell.length)
        pieces.append(Piece(wall: end..<next, kind: kind))
        end = next
      }
    }
    for shift in shifts.sorted(by: { $0.span.lowerBound < $1.span.lowerBound }) {
      func wall(_ minutes: Int) -> Int64 { calendar.instant(ofDate: shift.day.number, minutes: minutes) }
      end = max(end, wall(shift.hours.lowerBound))
      for part in shift.parts {
        plan(nil, until: wall(part.hours.lowerBound))
        plan(part.kind, until: wall(part.hours.upperBound))
      }
      plan(nil, until: wall(shift.hours.upperBound))
    }
    return pieces
  }

  /// Both in order.
  private func compare(_ pieces: [Piece], _ stretches: [Stretch], _ counts: inout [Counts]) {
    // Nanoseconds since 1970: more than an Int has room for in the year 2262.
    func nanoseconds(_ wall: Int64) -> Int128 { Int128(wall) * Int128(Self.nanosecondsPerMillisecond) }
    var (first, covered) = (0, Int128.min)
    for stretch in stretches {
      let start = nanoseconds(stretch.startedAt.wallMilliseconds)
      let end = start + Int128(stretch.nanoseconds(at: now))
      let from = max(start, covered)
      covered = max(covered, end)
      while first < pieces.count, nanoseconds(pieces[first].wall.upperBound) <= from { first += 1 }
      var index = first
      while index < pieces.count, nanoseconds(pieces[index].wall.lowerBound) < end {
        let wall = pieces[index].wall
        let common = min(end, nanoseconds(wall.upperBound)) - max(from, nanoseconds(wall.lowerBound))
        if common > 0 { counts[index].addTime(Int(common), of: stretch.engagement, in: pieces[index].kind) }
        index += 1
      }
    }
  }
}

extension Counts {
  /// What so much of a shift adds in which this was planned and that was done.
  fileprivate mutating func addTime(_ nanoseconds: Int, of done: Engagement, in planned: Shift.Kind?) {
    let isAtWork = done.isLoggedIn && done.occupation != .away
    switch planned {
    case nil: if isAtWork { add(nanoseconds, to: .adherent) }
    case .work: if done.occupation == .away, done.countsAsWork { add(nanoseconds, to: .adherent) }
    case .unpaidBreak, .paidBreak: if isAtWork { add(-nanoseconds, to: .adherent) }
    }
    if done.occupation.isWorking { add(nanoseconds, to: .scheduledWorking) }
    if done.occupation == .idle { add(nanoseconds, to: .scheduledIdle) }
  }
}
