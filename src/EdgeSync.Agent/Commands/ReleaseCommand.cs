using System.CommandLine;
using System.Text.Json;
using EdgeSync.Agent.Publishing;
using EdgeSync.Contracts.Releases;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync release</c>: says which sites run which bundle.</summary>
internal static class ReleaseCommand
{
    public static Command Create() => new("release", "Publish, sign and look at release records.")
    {
        ReleasePublishCommand.Create(),
        ReleaseSignCommand.Create(),
        ReleaseShowCommand.Create(),
    };

    public static Option<string> Channel()
    {
        var option = new Option<string>("--channel") { Description = "The channel (a tag in the repository).", HelpName = "NAME", Required = true };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) is { } channel && !Primitives.EntityName.IsValid(channel))
            {
                result.AddError($"'{channel}' is no channel: {Primitives.EntityName.Rule}.");
            }
        });
        return option;
    }

    public static Option<string[]> VerifyKeys(string description) => new("--verify-key")
    {
        Description = description,
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static void Print(PublishedRelease release, string verb)
    {
        var record = release.Record;
        Console.WriteLine($"{verb} release {ReleaseNumber.Describe(record.Sequence, record.Epoch)} of channel '{record.Channel}': {record.Bundle.Name} {record.Bundle.Version}");
        Console.WriteLine($"bundle     {record.Bundle.Repository}@{record.Bundle.Digest}");
        Console.WriteLine($"expires    {record.ExpiresAt.UtcDateTime:u}");
        if (record.Deadline is { } deadline)
        {
            Console.WriteLine($"deadline   {deadline.UtcDateTime:u}, for information");
        }

        if (record.Urgent)
        {
            Console.WriteLine("urgent     begins outside of windows, at sites whose trust policy lets its signers say so");
        }

        foreach (var (name, value) in record.Values ?? new Dictionary<string, string>())
        {
            // Who signs it has to see it as it is, without what controls a terminal.
            Console.WriteLine($"value      {JsonEncodedText.Encode(name)}={JsonEncodedText.Encode(value)}");
        }

        Console.WriteLine($"payload    {release.Payload}");
        Console.WriteLine($"signatures {release.Signatures}");
        Console.WriteLine($"at         {release.Reference}");
    }
}
