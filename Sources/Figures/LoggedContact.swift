public import Telephony

/// A contact as its record tells it: a row of the log.
public struct LoggedContact: Sendable, Equatable {
  /// Its name.
  public var id: ContactID
  /// One of us dialled it.
  public var isOutbound: Bool
  /// The row of the entry table by which a caller came in.
  public var entry: String
  /// When it began.
  public var startedAt: Moment
  /// Nil while it lasts.
  public var endedAt: Moment?
  /// Nil while it lasts.
  public var endReason: EndReason?
  /// In the order in which they began.
  public var segments: [Segment]

  /// One stretch of it.
  public struct Segment: Sendable, Equatable {
    /// Its name.
    public var id: SegmentID
    /// What it was.
    public var kind: Kind
    /// When it began.
    public var startedAt: Moment
    /// When somebody answered.
    public var answeredAt: Moment?
    /// Nil while it lasts.
    public var endedAt: Moment?
    /// Nil while it lasts.
    public var endReason: EndReason?
    /// How long the agent's phone held the caller.
    public var held: Duration

    /// What it can be.
    public enum Kind: Sendable, Equatable {
      case visit(QueueID, ServiceTarget)
      /// With the visit that it was part of.
      case agent(AgentID, visit: SegmentID?)
      case number
      case announcement
    }

    /// Puts it together.
    public init(
      id: SegmentID, kind: Kind, startedAt: Moment, answeredAt: Moment? = nil, endedAt: Moment? = nil,
      endReason: EndReason? = nil, held: Duration = .zero
    ) {
      self.id = id
      self.kind = kind
      self.startedAt = startedAt
      self.answeredAt = answeredAt
      self.endedAt = endedAt
      self.endReason = endReason
      self.held = held
    }
  }

  /// Puts it together.
  public init(
    id: ContactID, isOutbound: Bool, entry: String, startedAt: Moment, endedAt: Moment? = nil,
    endReason: EndReason? = nil, segments: [Segment] = []
  ) {
    self.id = id
    self.isOutbound = isOutbound
    self.entry = entry
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.endReason = endReason
    self.segments = segments
  }
}
