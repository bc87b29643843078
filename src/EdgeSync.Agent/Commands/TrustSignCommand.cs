using System.CommandLine;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Envelopes;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync trust sign</c>: signs a draft, or adds a signature to what others have signed. It needs no network.</summary>
internal static class TrustSignCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A draft, or a file that others have signed.", HelpName = "FILE" };
        var output = TrustCommand.OutputFile("Where the signed file goes (default: in place of the file).", isRequired: false);
        var keys = new SigningKeyArguments();
        var command = new Command("sign", "Sign a trust root or a list of revocations. What you sign is printed.") { file, output };
        keys.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetRequiredValue(file);
            var content = await TrustFileContent.ReadAsync(path, cancellationToken);
            var loaded = await keys.LoadAsync(parsed, cancellationToken);
            var signed = content.Envelope is { } envelope
                ? loaded.Aggregate(envelope, DsseSigner.Add)
                : DsseSigner.Sign(content.PayloadType, content.Payload, loaded);
            var target = parsed.GetValue(output) ?? path;
            await TrustCommand.WriteAsync(target, signed.ToBytes(), cancellationToken);
            TrustPrint.Write(content);
            Console.WriteLine($"payload    {Digest.Of(content.Payload.Span)}");
            Console.WriteLine($"signatures {signed.Signatures.Count}");
            Console.WriteLine($"signed     {target}");
            return ExitCodes.Ok;
        });
        return command;
    }
}
