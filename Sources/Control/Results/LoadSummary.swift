/// How much there was to do in the last second, in `system.status` and in `system.overloaded` and `system.recovered`.
public struct LoadSummary: Sendable, Equatable, Codable {
  /// Steps of mixing and recording, each of 20 ms, that were carried out.
  public var ticks: Int
  /// Steps that were given up.
  public var missedTicks: Int
  /// How late half of the steps were at most.
  public var latenessP50Microseconds: Int64
  /// How late 99 of 100 were at most.
  public var latenessP99Microseconds: Int64
  /// How late the latest was.
  public var latenessWorstMicroseconds: Int64
  /// How late the thread was that speaks SIP.
  public var signallingLatenessMicroseconds: Int64
  /// Of its time, the busiest thread that carries audio.
  public var busyPercent: Int
  /// How full the fullest buffer of a recording was.
  public var recorderPercent: Int
  /// Samples of recordings for which there was no room.
  public var lostSamples: Int
  /// Events that nobody has looked at yet.
  public var eventsWaiting: Int

  /// Puts it together.
  public init(
    ticks: Int, missedTicks: Int, latenessP50Microseconds: Int64, latenessP99Microseconds: Int64,
    latenessWorstMicroseconds: Int64, signallingLatenessMicroseconds: Int64, busyPercent: Int, recorderPercent: Int,
    lostSamples: Int, eventsWaiting: Int
  ) {
    self.ticks = ticks
    self.missedTicks = missedTicks
    self.latenessP50Microseconds = latenessP50Microseconds
    self.latenessP99Microseconds = latenessP99Microseconds
    self.latenessWorstMicroseconds = latenessWorstMicroseconds
    self.signallingLatenessMicroseconds = signallingLatenessMicroseconds
    self.busyPercent = busyPercent
    self.recorderPercent = recorderPercent
    self.lostSamples = lostSamples
    self.eventsWaiting = eventsWaiting
  }
}
