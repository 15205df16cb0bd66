import Changes
public import Control
import Telephony

extension RunningConfiguration {
  /// Where what is in force is not what the file says, key by key, with whoever changed it; and what is set aside.
  public var differences: [SettingSummary] {
    let file = ChangedTables(source.entries)
    let targets = Self.targets(of: changes.inOrder, in: file, and: tables)
    return targets.sorted { $0.key < $1.key }.compactMap { target, change in
      var summary = SettingSummary(
        queue: target.subject.queue, agent: target.subject.agent, key: target.key, file: file.value(of: target),
        running: tables.value(of: target), changedAt: RFC3339.text(change.changedAt), user: change.user,
        aside: aside[target])
      guard summary.file != summary.running || summary.aside != nil else { return nil }
      if case .code(let list, let code) = target.subject { (summary.list, summary.code) = (list.rawValue, code) }
      return summary
    }
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
