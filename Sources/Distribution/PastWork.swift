public import Telephony

/// What agents did before a restart, as the log tells it: what the choice among them, and estimated waits, rest on beside what
/// they do now.
///
/// Its moments are those that were written. What another run of the machine wrote is placed by its wall time.
public struct PastWork: Sendable, Equatable {
  /// From when on it tells what agents did, wall time in milliseconds.
  public var since: Int64
  /// What they did from then on, and what they were doing then.
  public var spans: [Span] = []
  /// Offers that they answered from then on.
  public var answers: [Answer] = []
  /// When each ended her last call, however long ago.
  public var releases: [AgentID: Moment] = [:]
  /// The last contacts of each queue that are over.
  public var handlings: [Handling] = []

  /// Nothing is known.
  public init(since: Int64 = 0) { self.since = since }

  /// A time in which an agent did one thing.
  public struct Span: Sendable, Equatable {
    /// Who.
    public var agent: AgentID
    /// What; `idle` is also somebody who is away.
    public var activity: AgentActivity
    /// She was ready.
    public var isReady: Bool
    /// She was logged in.
    public var isLoggedIn: Bool
    /// It is how a log-in went on after a restart: it was none of its own.
    public var isAfterRestart: Bool
    /// When it began.
    public var startedAt: Moment
    /// When it was over, by the same clocks.
    public var endedAt: Moment

    /// Puts it together.
    public init(
      agent: AgentID, activity: AgentActivity, isReady: Bool, isLoggedIn: Bool = true, isAfterRestart: Bool = false,
      startedAt: Moment, endedAt: Moment
    ) {
      self.agent = agent
      self.activity = activity
      self.isReady = isReady
      self.isLoggedIn = isLoggedIn
      self.isAfterRestart = isAfterRestart
      self.startedAt = startedAt
      self.endedAt = endedAt
    }
  }

  /// An offer that was answered.
  public struct Answer: Sendable, Equatable {
    /// By whom.
    public var agent: AgentID
    /// When.
    public var at: Moment

    /// Both as given.
    public init(agent: AgentID, at: Moment) {
      self.agent = agent
      self.at = at
    }
  }

  /// An agent's part in a contact of a queue.
  public struct Handling: Sendable, Equatable {
    /// Whose it was.
    public var agent: AgentID
    /// Of which queue.
    public var queue: QueueID
    /// From her answer.
    public var startedAt: Moment
    /// To its end.
    public var endedAt: Moment
    /// Her wrap-up after it.
    public var wrapUp: Duration

    /// Puts it together.
    public init(agent: AgentID, queue: QueueID, startedAt: Moment, endedAt: Moment, wrapUp: Duration = .zero) {
      self.agent = agent
      self.queue = queue
      self.startedAt = startedAt
      self.endedAt = endedAt
      self.wrapUp = wrapUp
    }
  }
}

/// How much of the log is worth reading for `PastWork`.
public struct PastWorkBounds: Sendable, Equatable {
  /// What agents did is of interest from then on, wall time in milliseconds.
  public var since: Int64
  /// The ends of their last calls from then on.
  public var releasesSince: Int64
  /// Whether what an agent dialled is one of her calls.
  public var countsDialling: Bool
  /// Of whom.
  public var agents: [AgentID]
  /// And of which queues.
  public var queues: [QueueID]
  /// So many of the last visits to each.
  public var visitsOfEach: Int
  /// No more rows than that of any kind, the latest.
  public var rows: Int

  /// Puts it together.
  public init(
    since: Int64, releasesSince: Int64, countsDialling: Bool, agents: [AgentID], queues: [QueueID], visitsOfEach: Int,
    rows: Int
  ) {
    self.since = since
    self.releasesSince = releasesSince
    self.countsDialling = countsDialling
    self.agents = agents
    self.queues = queues
    self.visitsOfEach = visitsOfEach
    self.rows = rows
  }
}
