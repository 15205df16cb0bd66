import Distribution
import Telephony
import Testing

@testable import Storage

@Suite struct `The floor that is kept` {
  @Test func `the last log-in and the last turn count, also for another run`() async throws {
    let folder = try Folder()
    let database = try folder.open()
    let changes: [FloorChange] = [
      .logIn("anna", "desk-1"), .logIn("boris", "desk-2"), .logIn("anna", "desk-3"), .logIn("boris", nil),
      .logIn("nobody", nil), .turn("sales", "anna"), .turn("sales", "boris"), .turn("support", "anna"),
      .turn("fax", "anna"), .turn("fax", nil),
    ]
    for change in changes { try await database.save(change) }
    await database.close()
    #expect(
      try await folder.open().floor()
        == FloorState(logIns: ["anna": "desk-3"], turns: ["sales": "boris", "support": "anna"]))
  }
}
