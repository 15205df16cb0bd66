/// The envelope of JSON-RPC 2.0, one object per line. Batches are refused.
public enum JSONRPC {
  /// The longest line that is read, without its line feed.
  public static let longestLine = 1 << 20
  /// The deepest nesting of a line.
  public static let depth = 32

  /// What a request is answered under.
  public enum RequestID: Sendable, Equatable, Encodable {
    case text(String)
    case number(Int64)
    case null

    /// As the client wrote it.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .text(let value): try container.encode(value)
      case .number(let value): try container.encode(value)
      case .null: try container.encodeNil()
      }
    }
  }

  /// One line from a client, its parameters not yet looked at.
  public struct Call: Sendable, Equatable {
    /// Nil for a notification: it is carried out and answered by nothing.
    public var id: RequestID?
    /// Name of the command.
    public var method: String
    /// As they stand.
    public var parameters: JSON?
  }

  /// Why a line is no request, and under which id that is said: null when it could not be read.
  public struct Fault: Error, Sendable, Equatable {
    /// Null when the line has none that could be read.
    public var id: RequestID
    /// What is wrong.
    public var error: ControlError
  }

  /// Reads a line. Every member is looked at: what is unknown is refused, since it may be a misspelt `params`.
  public static func call(reading line: some Sequence<UInt8>) throws(Fault) -> Call {
    let json: JSON
    do {
      json = try JSON(reading: line, depth: depth)
    } catch {
      throw Fault(id: .null, error: ControlError(.parseError, "Byte \(error.offset): \(error.message)."))
    }
    func refusal(_ message: String, _ id: RequestID = .null) -> Fault {
      Fault(id: id, error: ControlError(.invalidRequest, message))
    }
    guard case .object(let members) = json else {
      if case .array = json { throw refusal("Batches are not supported: send one object per line.") }
      throw refusal("A request is an object, not \(json.inWords).")
    }
    var id: RequestID?
    switch members["id"] {
    case nil: break
    case .null: id = .null
    case .string(let text):
      guard text.utf8.count <= 256 else { throw refusal("id: longer than 256 bytes.") }
      id = .text(text)
    case .integer(let number): id = .number(number)
    case .some(let other): throw refusal("id: expected a text, a whole number or null, not \(other.inWords).")
    }
    guard members["jsonrpc"] == .string("2.0") else { throw refusal("jsonrpc: must be \"2.0\".", id ?? .null) }
    let known = ["id", "jsonrpc", "method", "params"]
    if let unknown = members.keys.sorted().first(where: { !known.contains($0) }) {
      let question = Spelling.question(unknown, among: known)
      throw refusal("A request has no member \"\(unknown.prefix(40))\".\(question)", id ?? .null)
    }
    guard case .string(let method) = members["method"] else {
      throw refusal("method: expected the name of a command.", id ?? .null)
    }
    return Call(id: id, method: method, parameters: members["params"])
  }

  /// The line that answers a request.
  public static func answer(_ result: Result<ControlResult, ControlError>, to id: RequestID) -> [UInt8] {
    switch result {
    case .success(let value): JSONLine.bytes(Success(id: id, result: value))
    case .failure(let error): JSONLine.bytes(Failure(id: id, error: error))
    }
  }

  /// The line that tells a client that is cut off why, and the first `seq` that it has to ask for again.
  public static func cut(reason: String, resumeFrom seq: UInt64?, epoch: UInt64) -> [UInt8] {
    JSONLine.bytes(Cut(params: Cut.Parameters(reason: reason, resume_from: seq, epoch: epoch)))
  }

  private struct Success: Encodable {
    var jsonrpc = "2.0"
    var id: RequestID
    var result: ControlResult
  }

  private struct Failure: Encodable {
    struct Body: Encodable {
      var code: Int
      var message: String
    }
    var jsonrpc = "2.0"
    var id: RequestID
    var error: Body

    init(id: RequestID, error: ControlError) {
      self.id = id
      self.error = Body(code: error.kind.rawValue, message: error.message)
    }
  }

  private struct Cut: Encodable {
    struct Parameters: Encodable {
      var reason: String
      var resume_from: UInt64?
      var epoch: UInt64
    }
    var jsonrpc = "2.0"
    var method = "cut"
    var params: Parameters
  }
}
