using System.Text.Json.Serialization;

namespace EdgeSync.Agent.Enrolment;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EnrolmentProblem))]
internal sealed partial class EnrolmentJsonContext : JsonSerializerContext;
