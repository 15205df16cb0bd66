public import Changes
public import Control
import Telephony

extension RunningConfiguration {
  /// What a wish comes to.
  public struct Changed: Sendable {
    /// From now on.
    public var running: RunningConfiguration
    /// What is different now.
    public var differences: [SettingDifference]
    /// What is doubtful of it, for whoever wished it.
    public var doubts: [String]
  }

  /// The configuration as a client wants it, or what is wrong with that. Values are judged as those of the file are. What
  /// is set to what the file says anyway is no change any more.
  public func changed(_ wish: SettingWish, by author: SettingChanges.Author) -> Result<Changed, ControlError> {
    do throws(ControlError) { return .success(try change(wish, author)) } catch { return .failure(error) }
  }

  private func change(_ wish: SettingWish, _ author: SettingChanges.Author) throws(ControlError) -> Changed {
    var wanted = changes
    var touched: [SettingChange.Target] = []
    switch wish {
    case .set(let subject, let values):
      try expect(subject, isThere: true)
      let texts = try texts(of: values)
      wanted.set(texts, of: subject, by: author)
      touched = texts.keys.map { SettingChange.Target(subject: subject, key: $0) }
    case .place(let agent, let queue, let values):
      try expect(.agent(agent), isThere: true)
      try expect(.queue(queue), isThere: true)
      let subject = SettingSubject.membership(agent, queue)
      let texts = try texts(of: values)
      // Without a word about it, she serves it at level 1.
      let isUntold = texts.values.allSatisfy { $0 == nil } && !tables.has(subject)
      wanted.set(isUntold ? ["level": "1"] : texts, of: subject, by: author)
      touched = texts.keys.map { SettingChange.Target(subject: subject, key: $0) }
    case .add(let subject, let values):
      try expect(subject, isThere: false)
      wanted.add(subject, try texts(of: values), by: author)
    case .define(let list, let code, let values):
      let subject = SettingSubject.code(list, code)
      let texts = try texts(of: values)
      guard tables.has(subject) else {
        wanted.add(subject, texts, by: author)
        break
      }
      wanted.set(texts, of: subject, by: author)
      touched = texts.keys.map { SettingChange.Target(subject: subject, key: $0) }
    case .remove(let subject):
      try expect(subject, isThere: true)
      wanted.remove(subject, by: author)
      touched = [SettingChange.Target(subject: subject, key: SettingChange.existence)]
    case .reset(nil): wanted = SettingChanges()
    case .reset(let subject?):
      if wanted.inOrder.allSatisfy({ $0.subject != subject }) { try expect(subject, isThere: true) }
      wanted.reset(subject)
    }
    return try judged(wanted, touched)
  }

  private func judged(_ wanted: SettingChanges, _ touched: [SettingChange.Target]) throws(ControlError) -> Changed {
    // What was set aside before is not this one's fault.
    let others = Set(aside.keys).subtracting(touched)
    func inForce(_ changes: SettingChanges) -> [SettingChange] {
      changes.inOrder.filter { change in
        !others.contains(change.target) || changes[change.target] != self.changes[change.target]
      }
    }
    let outcome = Self.read(source, inForce(wanted))
    if let (target, reason) = outcome.unfit.sorted(by: { $0.key < $1.key }).first {
      if wanted[target] != changes[target] { throw ControlError(.invalidParameters, reason) }
      throw ControlError(
        .wrongState, "what was changed before would not fit any more: \(target.subject), \(target.key): \(reason)")
    }
    guard outcome.elsewhere.isEmpty else {
      throw ControlError(
        .wrongState, "the file would not be in order any more: " + outcome.elsewhere.prefix(3).joined(separator: "; "))
    }
    let needed = needed(of: wanted, inForce, touched, outcome)
    // What is set aside may fit now; everything else is known.
    let running =
      aside.isEmpty
      ? RunningConfiguration(self, changes: needed, as: outcome) : RunningConfiguration(source, changes: needed)
    let targets = Self.targets(of: changes.inOrder + wanted.inOrder, in: tables, and: running.tables)
    let differences = targets.keys.sorted().compactMap { target -> SettingDifference? in
      let (old, new) = (tables.value(of: target), running.tables.value(of: target))
      return old == new ? nil : SettingDifference(subject: target.subject, key: target.key, old: old, new: new)
    }
    return Changed(
      running: running, differences: differences,
      doubts: running.warnings.subtracting(warnings).subtracting(source.warnings).sorted())
  }

  /// Without what the file says anyway, or what is so without a word: keys that were just set, and the absence of what would
  /// not be there. Judged by the tables, and by one more reading at most, however many there are.
  private func needed(
    of wanted: SettingChanges, _ inForce: (SettingChanges) -> [SettingChange], _ touched: [SettingChange.Target],
    _ outcome: Outcome
  ) -> SettingChanges {
    func laid(_ changes: [SettingChange]) -> ChangedTables {
      changes.enumerated().reduce(into: ChangedTables(source.entries)) { tables, change in
        _ = tables.apply(change.element, at: .change(change.offset))
      }
    }
    let takenAway = wanted.inOrder.filter(\.takesAway).map(\.subject)
    var needed = wanted
    if !takenAway.isEmpty {
      let isGone = Set(takenAway)
      let rest = laid(inForce(wanted).filter { !$0.takesAway })
      for subject in takenAway {
        // A queue that is not there still takes its members out of itself.
        if case .queue(let queue) = subject, rest.hasMembers(of: queue) { continue }
        guard !rest.has(subject) || subject.owners.contains(where: isGone.contains) else { continue }
        needed.forget(SettingChange.Target(subject: subject, key: SettingChange.existence))
      }
    }
    let remade = madeAsInFile(needed, inForce, laid, outcome)
    for target in remade { needed.forget(target) }
    // One that was set aside makes no difference, and is kept until it may count again.
    let counting = Set(inForce(needed).map(\.target))
    let withinRemade = needed.inOrder.filter { change in
      counting.contains(change.target)
        && change.subject.owners.contains { owner in remade.contains { $0.subject == owner } }
    }
    var rest = needed
    for target in touched + withinRemade.map(\.target) where needed[target].map({ !$0.takesAway }) == true {
      var without = needed
      without.forget(target)
      rest.forget(target)
      if laid(inForce(without)).value(of: target) == outcome.tables.value(of: target) { needed = without }
    }
    // Values that are the same as none.
    if rest == needed { return needed }
    if rest == changes { return outcome.configuration == configuration ? rest : needed }
    let without = Self.read(source, inForce(rest))
    return without.isInOrder && without.configuration == outcome.configuration ? rest : needed
  }

  /// All changes of what was taken away, made again, and has come to what the file says, key by key.
  private func madeAsInFile(
    _ wanted: SettingChanges, _ inForce: (SettingChanges) -> [SettingChange],
    _ laid: ([SettingChange]) -> ChangedTables, _ outcome: Outcome
  ) -> [SettingChange.Target] {
    let news = wanted.inOrder.filter { $0 != changes[$0.target] }.map(\.subject)
    var remade: [SettingChange.Target] = []
    for subject in Set(news.flatMap { [$0] + $0.owners }).sorted() {
      let existence = SettingChange.Target(subject: subject, key: SettingChange.existence)
      guard wanted[existence]?.value == "true", outcome.tables.has(subject) else { continue }
      let own = inForce(wanted).map(\.target).filter { $0.subject == subject }
      var without = wanted
      for target in own { without.forget(target) }
      let rest = laid(inForce(without))
      guard rest.has(subject), rest.content(of: subject) == outcome.tables.content(of: subject) else { continue }
      remade += own
    }
    return remade
  }

  private func texts(of values: [String: JSON]) throws(ControlError) -> [String: String?] {
    var texts: [String: String?] = [:]
    for (key, json) in values {
      guard !key.isEmpty, key != "id", key != SettingChange.existence, key.utf8.count <= 64 else {
        throw ControlError(.invalidParameters, "settings: \(quoted(key)) is none that can be changed.")
      }
      guard key != "name" || json != .string("") else {
        throw ControlError(.invalidParameters, "name must not be empty; null takes it away")
      }
      texts.updateValue(json == .null ? nil : JSONLine.text(json), forKey: key)
    }
    return texts
  }

  func expect(_ subject: SettingSubject, isThere: Bool) throws(ControlError) {
    if tables.has(subject) == isThere { return }
    guard isThere else { throw ControlError(.wrongState, "there is \(subject) already") }
    switch subject {
    case .queue(let queue):
      throw ControlError(
        .notFound, "there is no queue \(queue)\(guess(queue.rawValue, among: tables.names(in: "queues")))")
    case .agent(let agent):
      throw ControlError(
        .notFound, "there is no agent \(agent)\(guess(agent.rawValue, among: tables.names(in: "agents")))")
    case .code(let list, let code):
      throw ControlError(.notFound, "there is no \(subject)\(guess(code, among: tables.names(in: list.rawValue)))")
    case .membership(let agent, let queue):
      try expect(.agent(agent), isThere: true)
      try expect(.queue(queue), isThere: true)
      throw ControlError(.notFound, "agent \(agent) does not serve queue \(queue)")
    }
  }
}
