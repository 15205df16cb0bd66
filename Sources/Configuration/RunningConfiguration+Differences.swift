import Changes
public import Control
public import Telephony

extension RunningConfiguration {
  /// Where what is in force is not what the file says, key by key, with whoever changed it; and what is set aside.
  public var differences: [SettingSummary] {
    let file = ChangedTables(source.entries)
    let targets = Self.targets(of: changes.inOrder, in: file, and: tables)
    return targets.sorted { $0.key < $1.key }.compactMap { target, change in
      let summary = summary(of: target, in: file, changedBy: change)
      return summary.file != summary.running || summary.aside != nil ? summary : nil
    }
  }

  /// All that the file or a change says of a queue and who serves it, of an agent and where she serves, or of a code, key by
  /// key; what was changed with whoever did. `notFound` where there is none.
  public func settings(of subject: SettingSubject) -> Result<[SettingSummary], ControlError> {
    do throws(ControlError) { try expect(subject, isThere: true) } catch { return .failure(error) }
    let file = ChangedTables(source.entries)
    let changed = Self.targets(of: changes.inOrder, in: file, and: tables)
    var subjects = [subject]
    if case .queue(let queue) = subject {
      subjects += Set(file.members(of: queue) + tables.members(of: queue)).map { .membership($0, queue) }
    }
    let said = Set(subjects.flatMap { [file.content(of: $0), tables.content(of: $0)] }.flatMap(\.keys))
    return .success(
      said.sorted().compactMap { target in
        let table = SettingChange.Target(subject: target.subject, key: String(target.key.prefix { $0 != "." }))
        let made = SettingChange.Target(subject: target.subject, key: SettingChange.existence)
        // A membership also comes to be by what is said of it.
        let change =
          changed[target] ?? changed[table] ?? changed[made]
          ?? changes.inOrder.last { $0.subject == target.subject && target.key == SettingChange.existence }
        let summary = summary(of: target, in: file, changedBy: change)
        // That a membership is there shows by its level.
        let isUnsaid = target.key == SettingChange.existence && summary.file == summary.running
        return isUnsaid || summary.file == .null && summary.running == .null ? nil : summary
      })
  }

  private func summary(
    of target: SettingChange.Target, in file: ChangedTables, changedBy change: SettingChange?
  ) -> SettingSummary {
    let (said, running) = (file.value(of: target), tables.value(of: target))
    let author = said == running && aside[target] == nil ? nil : change
    var summary = SettingSummary(
      queue: target.subject.queue, agent: target.subject.agent, key: target.key, file: said, running: running,
      changedAt: author.map { RFC3339.text($0.changedAt) }, user: author?.user, aside: aside[target])
    if case .code(let list, let code) = target.subject { (summary.list, summary.code) = (list.rawValue, code) }
    return summary
  }

  /// What these change, each with the change that does; of what is in both tables and was made anew between them, every key
  /// that either has, since nobody had to name what was lost by it.
  static func targets(
    of changes: [SettingChange], in old: ChangedTables, and new: ChangedTables
  ) -> [SettingChange.Target: SettingChange] {
    let named = Dictionary(changes.map { ($0.target, $0) }) { _, later in later }
    func isInBoth(_ subject: SettingSubject) -> Bool { old.has(subject) && new.has(subject) }
    var targets = named
    for change in changes where change.key == SettingChange.existence && isInBoth(change.subject) {
      let (before, after) = (old.content(of: change.subject), new.content(of: change.subject))
      for target in Set(before.keys).union(after.keys) where targets[target] == nil {
        // A change of a whole table speaks for all that lies in it.
        let table = SettingChange.Target(subject: target.subject, key: String(target.key.prefix { $0 != "." }))
        if named[table] != nil { continue }
        if target.subject != change.subject {
          // Her memberships.
          if named[SettingChange.Target(subject: change.subject, key: "queues")] != nil { continue }
          if target.key != SettingChange.existence, !isInBoth(target.subject) { continue }
        }
        targets[target] = change
      }
    }
    return targets
  }
}

extension SettingSubject {
  /// With which it goes.
  var owners: [SettingSubject] {
    if case .membership(let agent, let queue) = self { [.agent(agent), .queue(queue)] } else { [] }
  }
}
