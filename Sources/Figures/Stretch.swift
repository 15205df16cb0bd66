public import Telephony

/// A time in which one agent did one thing: a row of the log. An agent has at most one that lasts.
public struct Stretch: Sendable, Equatable {
  /// Who.
  public var agent: AgentID
  /// What.
  public var engagement: Engagement
  /// Since when.
  public var startedAt: Moment
  /// Nil while it lasts.
  public var endedAt: Moment?

  /// None lasts longer by the monotonic clock: who does the same for longer has several, one after the other.
  public static let longest = Duration.seconds(172_800)
  /// After so long one ends that goes on, and another begins.
  static let renewal = Duration.seconds(86_400)

  /// Puts it together.
  public init(agent: AgentID, engagement: Engagement, startedAt: Moment, endedAt: Moment? = nil) {
    self.agent = agent
    self.engagement = engagement
    self.startedAt = startedAt
    self.endedAt = endedAt
  }

  /// What the part of it between two times since its beginning adds to the quarters that it touches.
  ///
  /// The quarters are those of the wall time at its beginning plus what the monotonic clock has counted since: a step of
  /// the wall clock neither makes time nor takes any, and however a stretch is cut, its parts add up to the same.
  func parts(from: Int, to: Int) -> [(quarter: Int64, nanoseconds: Int)] {
    var parts: [(quarter: Int64, nanoseconds: Int)] = []
    let length = Int(Cell.length) * 1_000_000
    let origin = Cell.quarter(of: startedAt.wallMilliseconds)
    let offset = Int(startedAt.wallMilliseconds - origin) * 1_000_000
    var at = max(0, from)
    while at < to {
      let index = (offset + at) / length
      let end = min(to, (index + 1) * length - offset)
      parts.append((origin + Int64(index) * Cell.length, end - at))
      at = end
    }
    return parts
  }

  /// How long it has lasted at `now`, or did.
  func nanoseconds(at now: Moment) -> Int { max(0, (endedAt ?? now).since(startedAt).nanoseconds) }
}

extension Counts {
  /// What so much of a stretch adds.
  mutating func addTime(_ nanoseconds: Int, of engagement: Engagement) {
    add(nanoseconds, to: .time(engagement.occupation))
    if engagement.isLoggedIn { add(nanoseconds, to: .loggedIn) }
    guard engagement.occupation == .away else { return }
    if !engagement.isPaid { add(nanoseconds, to: .awayUnpaid) }
    if engagement.countsAsWork { add(nanoseconds, to: .awayAtWork) }
    add(nanoseconds, to: .away(engagement.reason))
  }
}
