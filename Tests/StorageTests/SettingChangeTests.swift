import Changes
import Telephony
import Testing

@testable import Storage

@Suite struct `Changes of settings that are kept` {
  private let folder: Folder
  private let rows = [
    SettingChange(
      subject: .agent("anna"), key: "skills", value: "{\"英語\":3}", user: 1000, changedAt: 1_790_000_000_000),
    SettingChange(subject: .queue("sales"), key: "longest_line", value: nil, user: 0, changedAt: 5),
    SettingChange(subject: .membership("anna", "sales"), key: "level", value: "2", user: UInt32.max, changedAt: 6),
    SettingChange(subject: .code(.reasons, "sold"), key: "exists", value: "true", user: 1, changedAt: 7),
    SettingChange(subject: .code(.dispositions, "sold"), key: "exists", value: "false", user: 1, changedAt: 8),
  ]

  init() throws { folder = try Folder() }

  private func kept() async throws -> Set<SettingChange> { Set(try await folder.open().settingChanges()) }

  @Test func `they come back as they were, by another run`() async throws {
    let database = try folder.open()
    try await database.save(rows)
    await database.close()
    #expect(try await kept() == Set(rows))
  }

  @Test func `what is saved takes the place of all that was`() async throws {
    let database = try folder.open()
    try await database.save(rows)
    try await database.save([rows[1]])
    #expect(try await kept() == [rows[1]])
    try await database.save([SettingChange]())
    #expect(try await kept() == [])
  }

  @Test func `a row about nothing is left out`() async throws {
    let database = try folder.open()
    try await database.save([rows[0]])
    try folder.tamper("INSERT INTO setting_changes VALUES ('', '', 'weight', '1', 0, 0)")
    try folder.tamper("INSERT INTO code_changes VALUES ('colours', 'red', 'name', '\"赤\"', 0, 0)")
    #expect(try await kept() == [rows[0]])
  }
}
