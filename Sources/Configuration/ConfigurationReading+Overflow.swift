import Dialing
import Distribution
import Telephony

/// One table of `[[queues]]`, for what can be told only when agents and the dial plan are known.
struct WrittenQueue {
  var section: Section
  var overflow: Section
  /// Where each step says what it needs.
  var stepPlaces: [Place]
}

extension ConfigurationReading {
  /// `overflow = { full = "queue:sales", long_wait = "number:03-1234-5678" }`, when all queues, agents and numbers are known.
  mutating func readOverflow() {
    for (index, written) in writtenQueues.enumerated() {
      let queue = configuration.queues[index].id
      var overflow = Overflow()
      overflow.whenFull = target("full", in: written.overflow, of: queue)
      overflow.whenNobody = target("nobody", in: written.overflow, of: queue)
      overflow.afterLongestWait = target("long_wait", in: written.overflow, of: queue)
      written.overflow.finish()
      configuration.distribution.queues[index].overflow = overflow
      warnOfUnusedOverflow(written, configuration.distribution.queues[index])
    }
    warnOfCircles()
  }

  private static let kinds = ["queue", "agent", "number", "announcement"]

  private func target(_ key: String, in section: Section, of queue: QueueID) -> OverflowTarget? {
    guard let text = section.string(key) else { return nil }
    let parts = text.value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, Self.kinds.contains(parts[0]) else {
      log.error(
        text.place,
        "\(key) cannot be \(quoted(text.value)): 'queue:ID', 'agent:ID', 'number:NUMBER' or 'announcement:FILE'\(guess(parts[0], among: Self.kinds))"
      )
      return nil
    }
    var place = text.place
    place.column += 1 + parts[0].unicodeScalars.count + 1
    let name = Written(value: parts[1], place: place)
    switch parts[0] {
    case "queue":
      if name.value == queue.rawValue {
        log.error(place, "\(key): queue \(quoted(name.value)) cannot be its own overflow")
        return nil
      }
      return section.resolve(name, to: "queue", among: configuration.queues.map(\.id.rawValue))
        .map { .queue(QueueID(rawValue: $0)) }
    case "agent":
      return section.resolve(name, to: "agent", among: configuration.agents.map(\.id.rawValue))
        .map { .agent(AgentID(rawValue: $0)) }
    case "number": return number(name, key: key)
    default: return sound(name, key: key).map { .announcement($0) }
    }
  }

  /// A number that may be dialled; never one for emergencies, whom a waiting caller has not asked for.
  private func number(_ text: Written<String>, key: String) -> OverflowTarget? {
    switch read(text.value) {
    case .failure(let fault): log.error(text.place, "\(key): \(fault.explanation)")
    case .success(let dialled) where dialled.number.kind == .emergency:
      log.error(text.place, "\(key): \(quoted(text.value)) is for emergencies, and no place for callers to overflow to")
    case .success(let dialled):
      switch configuration.dialPlan.route(dialled.number) {
      case .success: return .number(text.value)
      case .failure(let refusal): log.error(text.place, "\(key): \(quoted(text.value)): \(refusal.explanation)")
      }
    }
    return nil
  }

  private func warnOfUnusedOverflow(_ written: WrittenQueue, _ settings: QueueSettings) {
    if settings.overflow.whenFull != nil, settings.longestLine == nil {
      log.warning(written.overflow.place(of: "full"), "full never happens without longest_line")
    }
    if settings.overflow.whenNobody != nil, settings.joinNeeds == nil, settings.stayNeeds == nil {
      log.warning(written.overflow.place(of: "nobody"), "nobody never happens without join_needs or stay_needs")
    }
    if settings.overflow.afterLongestWait != nil, settings.longestWait == nil {
      log.warning(written.overflow.place(of: "long_wait"), "long_wait never happens without longest_wait_seconds")
    }
  }

  /// Each circle once, where its first queue sends callers on.
  private func warnOfCircles() {
    let queues = configuration.distribution.queues
    let next = Dictionary(queues.map { ($0.id, Self.queues(in: $0.overflow)) }) { first, _ in first }
    var told: Set<QueueID> = []
    for (index, queue) in queues.enumerated() where !told.contains(queue.id) {
      guard let circle = Self.path(from: queue.id, to: queue.id, by: next) else { continue }
      told.formUnion(circle)
      let names = circle.map(\.rawValue) + [queue.id.rawValue]
      log.warning(
        writtenQueues[index].overflow.place,
        "callers overflow in a circle, \(names.joined(separator: " → ")): whoever has been everywhere is given up")
    }
  }

  private static func queues(in overflow: Overflow) -> [QueueID] {
    [overflow.whenFull, overflow.whenNobody, overflow.afterLongestWait].compactMap { target in
      if case .queue(let queue)? = target { queue } else { nil }
    }
  }

  /// The shortest one, its end left out; nil when there is none. Breadth first.
  private static func path(from start: QueueID, to end: QueueID, by next: [QueueID: [QueueID]]) -> [QueueID]? {
    var paths = [[start]]
    var seen: Set<QueueID> = []
    while !paths.isEmpty {
      let path = paths.removeFirst()
      for queue in path.last.flatMap({ next[$0] }) ?? [] {
        if queue == end { return path }
        if seen.insert(queue).inserted { paths.append(path + [queue]) }
      }
    }
    return nil
  }
}
