import Glibc

extension Load {
  /// A. K. Erlang, 1917: nobody gives up.
  func erlangC(_ agents: Int, thresholdSeconds: Double) -> TeamOutlook {
    let utilisation = erlangs / Double(agents)
    guard utilisation < 1 else {
      return TeamOutlook(
        agents: agents, probabilityOfWaiting: 1, meanWaitSeconds: nil, abandonment: 0, occupancy: 1, serviceLevel: 0)
    }
    let blocking = blocking(agents)
    let waiting = blocking / (1 - utilisation * (1 - blocking))
    /// How much faster all of them serve than callers come.
    let slack = Double(agents) / handlingSeconds - arrivalsPerSecond
    return TeamOutlook(
      agents: agents, probabilityOfWaiting: waiting, meanWaitSeconds: waiting / slack, abandonment: 0,
      occupancy: utilisation, serviceLevel: 1 - waiting * exp(-slack * thresholdSeconds))
  }
}
