public import Telephony

/// How long somebody will probably wait.
public enum EstimatedWait: Sendable, Hashable {
  /// Half of those in the same position wait less than `median`, nine of ten less than `ninetieth`.
  case known(median: Duration, ninetieth: Duration)
  /// Nobody can say.
  case unknown(Reason)

  /// Why nobody can say.
  public enum Reason: String, Sendable, Codable, CaseIterable {
    case noSuchQueue = "no_such_queue"
    case queuePaused = "queue_paused"
    /// Nobody who serves the queue is logged in.
    case unstaffed
    /// Whoever is logged in is away, cannot be reached, or does not do what the contact asks for.
    case nobodyReady = "nobody_ready"
  }
}

extension Distributor {
  /// For somebody who would join this queue now with this priority.
  public func estimatedWait(in queue: QueueID, priority: Int = 0, at now: Moment) -> EstimatedWait {
    guard let line = lines[queue] else { return .unknown(.noSuchQueue) }
    let score = score(priority: priority, weight: line.settings.weight, enqueued: now)
    // Behind everybody who came before with that score or a better one, and before everybody with a lesser one.
    let ahead = line.places.position(
      of: Place(score: score - 1, enqueued: Moment(monotonicNanoseconds: .min, wallMilliseconds: 0), contact: ""))
    return estimate(in: line, ahead: ahead, for: line.settings.steps.first?.requirement, joined: now, at: now)
  }

  /// For a contact that waits in a queue; nil for any other.
  public func estimatedWait(of id: ContactID, at now: Moment) -> EstimatedWait? {
    guard let contact = contacts[id], let queue = contact.queue, let line = lines[queue] else { return nil }
    return estimate(
      in: line, ahead: line.places.position(of: contact.place), for: contact.requirement, waited: contact.waited,
      joined: contact.joined, at: now)
  }

  /// The closed form: with k ahead, and n agents who each become free once in a mean handling time 1/μ, the wait is the sum
  /// of k + 1 exponential times of rate nμ, that is gamma distributed, with mean (k + 1)/(nμ). An agent who serves several
  /// queues counts in each for her share. Somebody with a capacity takes so many at once as she has room for, and is no quicker
  /// for it: those whom she holds wait for her, and the work of two takes as long as that of one after the other. Whoever
  /// is free and helps after a while takes the next one by then at the latest. The quantiles are by Wilson and Hilferty,
  /// within 2 % from k = 0 on.
  private func estimate(
    in line: Line, ahead: Int, for requirement: SkillRequirement?, waited: Duration = .zero, joined: Moment,
    at now: Moment
  ) -> EstimatedWait {
    if line.settings.isPaused { return .unknown(.queuePaused) }
    guard line.isPresent(.loggedIn) else { return .unknown(.unstaffed) }
    var share = 0.0
    var free = 0
    var delays: [Duration] = []
    for id in line.members {
      guard let agent = people[id], agent.keepsWishes, let membership = agent.membership(of: line.settings.id),
        !membership.isPaused, requirement?.isMet(by: agent.skills) ?? true
      else { continue }
      let room = agent.room
      if membership.delay <= waited { free += room } else { delays += Array(repeating: membership.delay, count: room) }
      share += 1 / Double(max(1, agent.duties.count { !$0.membership.isPaused && lines[$0.queue] != nil }))
    }
    guard share > 0 else { return .unknown(.nobodyReady) }
    // Before it, for those who are not free yet.
    let before = max(0, ahead - line.ringing) - free
    if before < 0 { return .known(median: .zero, ninetieth: .zero) }
    let longest = before < delays.count ? max(.zero, delays.sorted()[before] - now.since(joined)) : nil
    let mean = meanHandling(in: line) / share
    let shape = Double(before + 1)
    func quantile(_ deviations: Double) -> Duration {
      let root = 1 - 1 / (9 * shape) + deviations / (3 * Self.squareRoot(shape))
      // A year is as good as for ever, and far from what a duration holds.
      let time = Duration.microseconds(Int64(min(shape * root * root * root * mean, 3e13)))
      return min(time, longest ?? time)
    }
    return .known(median: quantile(0), ninetieth: quantile(1.281_551_566))
  }

  /// By Heron: the library's own function would be the only one of the system's that rules need.
  private static func squareRoot(_ value: Double) -> Double {
    var root = value
    for _ in 0..<40 { root = (root + value / root) / 2 }
    return root
  }

  /// In microseconds: the queue's own, pulled to that of all queues as long as it has handled few, and that to what is
  /// expected; each as if ten contacts had been handled with it.
  private func meanHandling(in line: Line) -> Double {
    func mean(_ measured: HandlingTime, before: Double) -> Double {
      (Double(measured.microseconds) + 10 * before) / Double(measured.count + 10)
    }
    let everywhere = mean(handling, before: Double(settings.expectedHandling.microseconds))
    return max(1, mean(line.handling, before: everywhere))
  }

  // MARK: Measuring

  /// A conversation with a caller is over, and took so much of its agent's time.
  mutating func measure(_ time: Duration, of queue: QueueID?) {
    guard let queue else { return }
    handling.add(time)
    lines[queue]?.handling.add(time)
  }

  /// The same for the wrap-up after it.
  mutating func measureWrapUp(_ time: Duration, of queue: QueueID?) {
    guard let queue else { return }
    handling.extend(by: time)
    lines[queue]?.handling.extend(by: time)
  }
}
