/// Who of a queue serves contacts that have the same steps of skill before them, and from when on.
struct Crew: Sendable {
  /// From the one in force on.
  private let steps: [SkillStep]
  private let holdsLast: Bool
  /// Which of them somebody logged in could meet: the rules skip the others.
  private var isMeetable: [Bool]
  private var parts: [Part: Hands] = [:]

  /// Those who come in with the same step, past the last when nothing is asked any more, and after the same delay.
  private struct Part: Hashable, Comparable {
    let step: Int
    let delay: Duration

    static func < (a: Part, b: Part) -> Bool { (a.step, a.delay) < (b.step, b.delay) }
  }

  init(steps: [SkillStep], holdsLast: Bool) {
    self.steps = steps
    self.holdsLast = holdsLast
    isMeetable = steps.map { _ in false }
  }

  /// The first step that somebody logged in meets, past the last when nothing is asked then; nil when she never may.
  mutating func step(for skills: [SkillID: Int]) -> Int? {
    var first: Int?
    for (index, step) in steps.enumerated() where first == nil || !isMeetable[index] {
      guard step.requirement.isMet(by: skills) else { continue }
      isMeetable[index] = true
      first = first ?? index
    }
    return first ?? (holdsLast && !steps.isEmpty ? nil : steps.count)
  }

  /// She is ready to serve them from this step on, after this delay.
  mutating func add(from step: Int, delay: Duration, share: Double, room: Int) {
    parts[Part(step: step, delay: delay), default: Hands(after: .zero)].add(share: share, room: room)
  }

  /// For how long a step stays in force by the rules; nil: for ever.
  func time(of step: Int) -> Duration? {
    guard step < steps.count, !(holdsLast && step == steps.count - 1) else { return nil }
    return isMeetable[step] ? steps[step].lasts : .zero
  }

  /// In the order in which they may take a contact whose present step goes on for `rest` (nil: for ever), and that has
  /// waited for `wait`, of which `noted` counts for those with a delay already. Whoever never may is not among them.
  func hands(rest: Duration?, noted: Duration = .zero, wait: Duration = .zero) -> [Hands] {
    var onsets = [Duration.zero]
    var next = rest
    while let lasts = next {
      onsets.append((onsets.last ?? .zero) + lasts)
      next = time(of: onsets.count - 1)
    }
    // Sums of fractions depend on their order, and a dictionary's is another one each time.
    let ordered = parts.sorted { $0.key < $1.key }.compactMap { part, hands -> Hands? in
      guard part.step < onsets.count else { return nil }
      var hands = hands
      hands.after = max(onsets[part.step], part.delay <= noted ? .zero : part.delay - wait)
      return hands
    }
    return ordered.enumerated().sorted { ($0.element.after, $0.offset) < ($1.element.after, $1.offset) }.map(\.element)
  }
}

/// Agents who may take a contact after the same time.
struct Hands: Sendable {
  /// From now on.
  var after: Duration
  /// How many they are: an agent who serves several queues counts in each for her share.
  private(set) var share = 0.0
  /// How many contacts they could take at once, as they are now.
  private(set) var room = 0

  init(after: Duration) { self.after = after }

  mutating func add(share: Double, room: Int) {
    self.share += share
    self.room += room
  }
}
