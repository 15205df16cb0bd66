extension Definition {
  private static let everybody = Set(Subject.Kind.allCases)

  /// Whether customers had to call again. In the present day's figures, which are kept as things happen, there is nothing
  /// of it.
  static let firstContacts: [Definition] = [
    count("fcr_contacts", "一次解決対象", "answered contacts of customers who are certain, over", .firstContacts),
    count(
      "fcr_repeated", "再入電あり", "of these, followed by one of the same customer about the same", .firstContactsRepeated),
    count(
      "fcr_open", "一次解決判定中", "of the others, those whose time, or a call begun in it, is not over: each may still fall",
      .firstContactsOpen),
    Definition(
      "fcr", "一次解決率", .percent, everybody, "(fcr_contacts − fcr_repeated) / fcr_contacts",
      "within `first_contact_days`; `fcr_open` counts as resolved so far"
    ) { counts, settings in
      guard settings.firstContactDays != nil else { return nil }
      return Share(counts[.firstContacts] - counts[.firstContactsRepeated], of: counts[.firstContacts]).map(Value.share)
    },
  ].map { $0.missingByEvent("it is said of contacts by what came later, and so where they began") }

  private static func count(_ name: String, _ japanese: String, _ formula: String, _ item: Item) -> Definition {
    Definition(name, japanese, .count, everybody, formula, "from the log when asked; not in `figures.live`") {
      counts, settings in settings.firstContactDays == nil ? nil : .count(counts[item])
    }
  }
}
