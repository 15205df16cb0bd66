/// How much the telephone side had to do, and how far it was behind, since it said so the last time: about a second.
public struct LoadFigures: Equatable, Sendable {
  /// Steps of mixing and recording, each of 20 ms, that were carried out.
  public var ticks = 0
  /// Steps that were given up, since they were too late for anybody.
  public var missedTicks = 0
  /// How late half of all steps were at most.
  public var latenessMedian = Duration.zero
  /// How late 99 of 100 were at most.
  public var latenessP99 = Duration.zero
  /// How late the latest was.
  public var latenessWorst = Duration.zero
  /// How late the thread was that speaks SIP.
  public var signallingLateness = Duration.zero
  /// Of its time, the busiest thread that carries audio.
  public var busyPercent = 0
  /// How full the fullest buffer of a recording was.
  public var recorderPercent = 0
  /// Samples of recordings for which no buffer had room.
  public var lostSamples = 0
  /// Events that nobody has looked at yet.
  public var eventsWaiting = 0

  /// Nothing to do.
  public init() {}
}
