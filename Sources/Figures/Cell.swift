public import Telephony

/// One quarter of an hour of one subject: the smallest part of which figures are kept. Every longer time is a sum of them.
public struct Cell: Hashable, Sendable {
  /// When the quarter began: wall time in milliseconds since 1970, a multiple of 900,000.
  public var quarter: Int64
  /// Of what.
  public var subject: Subject

  /// The quarter as given.
  public init(quarter: Int64, subject: Subject) {
    self.quarter = quarter
    self.subject = subject
  }

  /// The quarter in which this wall time lies.
  public init(at wallMilliseconds: Int64, _ subject: Subject) {
    self.init(quarter: Self.quarter(of: wallMilliseconds), subject: subject)
  }

  /// Milliseconds of a quarter.
  public static let length: Int64 = 900_000

  /// The beginning of the quarter in which this wall time lies.
  public static func quarter(of wallMilliseconds: Int64) -> Int64 {
    let rest = wallMilliseconds % length
    return wallMilliseconds &- (rest < 0 ? rest + length : rest)
  }

  /// The first quarter of which figures are still kept, where they are for so long.
  public static func oldest(keptFor age: Duration, at now: Moment) -> Int64 {
    quarter(of: now.advanced(by: .zero - age).wallMilliseconds)
  }
}

/// Whose figures they are.
public enum Subject: Hashable, Sendable, Comparable {
  /// Everything: each contact counts once, however many queues it has visited.
  case all
  /// One row of the entry table, by the called numbers that it is for: each contact counts once.
  case entry(String)
  /// One queue: each visit counts.
  case queue(QueueID)
  /// One agent: each offer and each handling counts.
  case agent(AgentID)

  /// Kinds of subjects, by their word.
  public enum Kind: String, Sendable, CaseIterable { case all, entry, queue, agent }

  /// Which kind.
  public var kind: Kind {
    switch self {
    case .all: .all
    case .entry: .entry
    case .queue: .queue
    case .agent: .agent
    }
  }

  /// Its name; empty for everything.
  public var name: String {
    switch self {
    case .all: ""
    case .entry(let called): called
    case .queue(let queue): queue.rawValue
    case .agent(let agent): agent.rawValue
    }
  }

  /// From both words.
  public init(_ kind: Kind, _ name: String) {
    switch kind {
    case .all: self = .all
    case .entry: self = .entry(name)
    case .queue: self = .queue(QueueID(rawValue: name))
    case .agent: self = .agent(AgentID(rawValue: name))
    }
  }
}
