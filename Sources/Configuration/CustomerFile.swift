import Directory
import Telephony

/// A file of `[[customers]]`, by which an empty directory is filled.
enum CustomerFile {
  /// Those that are in order; the faults of all others go to the log, under the file's own name.
  static func read(_ bytes: [UInt8], path: String, read: NumberReader, log: FaultLog) -> [Customer] {
    let own = FaultLog(file: path)
    defer { log.add(own.inOrder) }
    guard let document = TOMLValue(document: bytes, log: own), case .table(let entries) = document.content else {
      return []
    }
    return customers(in: Section(name: "the file", place: document.place, entries: entries, log: own), read)
  }

  /// The same of a document that was taken apart.
  static func customers(in root: Section, _ read: NumberReader) -> [Customer] {
    var seen: [String: Int] = [:]
    let customers = root.sections("customers").compactMap { customer($0, &seen, read) }
    root.finish()
    return customers
  }

  private static func customer(_ section: Section, _ seen: inout [String: Int], _ read: NumberReader) -> Customer? {
    let id = section.identifier(&seen)
    let name = section.label("name")
    if section.entry("name") == nil { section.missing("name", "a card needs one") }
    var customer = Customer(
      id: CustomerID(rawValue: id ?? ""), name: name ?? "", reading: section.label("reading") ?? "",
      romaji: section.label("romaji") ?? "", notes: section.string("notes")?.value ?? "")
    for text in section.strings("numbers") ?? [] {
      switch read(text.value) {
      case .success(let dialled): customer.numbers.append(dialled.number.canonical)
      case .failure(let fault): section.log.error(text.place, "numbers: \(fault.explanation)")
      }
    }
    let attributes = section.section("attributes")
    for entry in attributes.entries { customer.attributes[entry.key] = attributes.label(entry.key) }
    section.finish()
    return id == nil || name == nil ? nil : customer
  }
}
