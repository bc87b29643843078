using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EdgeSync.Agent.Publishing;
using EdgeSync.Bundles.Values;
using EdgeSync.Contracts.Releases;
using EdgeSync.Oci.References;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Keys;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync release publish</c>: creates, signs and pushes the next record of a channel.</summary>
internal sealed class ReleasePublishCommand
{
    private readonly Argument<OciReference> _repository = ReferenceArgument.CreateRepository("The repository that holds the channels.");
    private readonly Option<string> _channel = ReleaseCommand.Channel();
    private readonly Option<OciReference> _bundle = ReferenceArgument.CreatePinnedOption("--bundle", "The bundle that the sites shall run.");
    private readonly Option<long?> _sequence = new("--sequence") { Description = "Its number (default: the next one).", HelpName = "N" };
    private readonly Option<int?> _epoch = new("--epoch") { Description = "Its epoch (default: that of the current release).", HelpName = "N" };
    private readonly Option<bool> _newEpoch = new("--new-epoch")
    {
        Description = "Restart the channel above every release that sites have seen: after a restored backup, or after a key was stolen.",
    };

    private readonly Option<string?> _name = new("--name") { Description = "The bundle's name (default: what the bundle says)." };
    private readonly Option<string?> _version = new("--version") { Description = "The bundle's version (default: what the bundle says)." };
    private readonly Option<TimeArgument?> _expires = Time("--expires", "After this a site begins no new change with it (default: 30d).");
    private readonly Option<TimeArgument?> _notBefore = Time("--not-before", "Before this no site begins with it.");
    private readonly Option<TimeArgument?> _deadline = Time("--deadline", "By when it should be active at the sites; HQ shows who is late, and no site waits or hurries for it.");
    private readonly Option<LabelRequirement[]> _selector = Selector();
    private readonly Option<string?> _minimumAgent = new("--minimum-agent") { Description = "The lowest agent version that may activate it.", HelpName = "VERSION" };
    private readonly Option<bool> _retryFailed = new("--retry-failed")
    {
        Description = "Try the bundle again at sites where it failed before; without it they refuse it.",
    };

    private readonly Option<bool> _urgent = new("--urgent")
    {
        Description = "Begin outside of windows, at sites whose trust policy lets the signers say so; holds still count.",
    };

    private readonly Option<bool> _allowDestructive = new("--allow-destructive")
    {
        Description = "Lift every limit of deletion: namespaces, volume claims, CRDs, a large share of the objects.",
    };

    private readonly Option<PruneAllowance[]> _allowPrune = AllowPrune();
    private readonly Option<KeyValuePair<string, string>[]> _values = Values();
    private readonly Option<string?> _rollbackTo = new("--rollback-to") { Description = "The older version that this release goes back to.", HelpName = "VERSION" };
    private readonly Option<string?> _rollbackReason = new("--rollback-reason") { Description = "Why it goes back." };
    private readonly Option<string[]> _known = ReleaseCommand.VerifyKeys("A public key whose signature on the current release counts too.");
    private readonly SigningKeyArguments _keys = new();
    private readonly RegistryArguments _registry = new();

    private ReleasePublishCommand()
    {
    }

    public static Command Create() => new ReleasePublishCommand().Build();

    private Command Build()
    {
        var command = new Command("publish", "Publish to a channel which sites run which bundle.")
        {
            _repository, _channel, _bundle, _sequence, _epoch, _newEpoch, _name, _version, _expires, _notBefore, _deadline, _selector, _minimumAgent,
            _allowDestructive, _allowPrune, _retryFailed, _urgent, _values, _rollbackTo, _rollbackReason, _known,
        };
        _keys.AddTo(command);
        _registry.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_rollbackTo) is null != result.GetValue(_rollbackReason) is null)
            {
                result.AddError("--rollback-to and --rollback-reason go together.");
            }

            if (result.GetValue(_newEpoch) && result.GetValue(_epoch) is not null)
            {
                result.AddError("Either --epoch or --new-epoch.");
            }

            var names = (result.GetResult(_values)?.Tokens ?? []).Select(token => token.Value.Split('=')).Where(parts => parts.Length > 1).Select(parts => parts[0]);
            if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { Key: var twice })
            {
                result.AddError($"--value gives {twice} twice.");
            }

            if (result.GetValue(_epoch) < 0)
            {
                result.AddError("--epoch counts from 0.");
            }
        });
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var draft = ReadDraft(parsed);
        var repository = parsed.GetRequiredValue(_repository);
        var keys = await _keys.LoadAsync(parsed, cancellationToken);
        var known = new List<VerificationKey>();
        foreach (var path in parsed.GetValue(_known)!)
        {
            known.Add(await VerificationKeyFile.LoadAsync(path, cancellationToken));
        }

        using var channels = await _registry.ConnectAsync(parsed, repository.Registry, cancellationToken);
        using var bundles = await _registry.ConnectAsync(parsed, draft.Bundle.Registry, cancellationToken);
        var published = await new ReleasePublisher(channels, bundles, repository, TimeProvider.System)
            .PublishAsync(draft, keys, known, cancellationToken);
        ReleaseCommand.Print(published, "published");
        return ExitCodes.Ok;
    }

    private ReleaseDraft ReadDraft(ParseResult parsed)
    {
        var requirements = parsed.GetValue(_selector) ?? [];
        return new ReleaseDraft
        {
            Channel = parsed.GetRequiredValue(_channel),
            Bundle = parsed.GetRequiredValue(_bundle),
            Sequence = parsed.GetValue(_sequence),
            Epoch = parsed.GetValue(_epoch),
            NewEpoch = parsed.GetValue(_newEpoch),
            Name = parsed.GetValue(_name),
            Version = parsed.GetValue(_version),
            Sites = requirements.Length == 0 ? null : new LabelSelector { MatchExpressions = requirements },
            Expires = parsed.GetValue(_expires) ?? new TimeArgument(TimeSpan.FromDays(30), null),
            NotBefore = parsed.GetValue(_notBefore),
            Deadline = parsed.GetValue(_deadline),
            AllowDestructive = parsed.GetValue(_allowDestructive),
            AllowPrune = parsed.GetValue(_allowPrune) is { Length: > 0 } allowances ? allowances : null,
            RetryFailed = parsed.GetValue(_retryFailed),
            Urgent = parsed.GetValue(_urgent),
            Values = parsed.GetValue(_values) is { Length: > 0 } values ? new SortedDictionary<string, string>(values.ToDictionary(), StringComparer.Ordinal) : null,
            Rollback = parsed.GetValue(_rollbackTo) is { } to ? new RollbackNotice(to, parsed.GetValue(_rollbackReason)!) : null,
            MinimumAgent = parsed.GetValue(_minimumAgent),
        };
    }

    private static Option<TimeArgument?> Time(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "TIME",
        CustomParser = result => Require(result, TimeArgument.TryParse(result.Tokens[0].Value), $"is no time: {TimeArgument.Rule}"),
    };

    private static Option<LabelRequirement[]> Selector() => new("--selector", "-l")
    {
        Description = "Only for sites with this label; may be given several times, and all must match (default: every site).",
        HelpName = "K=V",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result => [.. result.Tokens
            .Select(token => Require(result, SelectorText.TryParse(token.Value), $"'{token.Value}' is no requirement: {SelectorText.Rule}"))
            .OfType<LabelRequirement>()],
    };

    private static Option<PruneAllowance[]> AllowPrune() => new("--allow-prune")
    {
        Description = "Allow that this many objects of a kind are deleted, and no more; may be given several times.",
        HelpName = "KIND=N",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result => [.. result.Tokens
            .Select(token => Require(result, ReadAllowance(token.Value), $"'{token.Value}' is not KIND=N, such as ConfigMap=3 or Deployment.apps,Service=2"))
            .OfType<PruneAllowance>()],
    };

    private static Option<KeyValuePair<string, string>[]> Values() => new("--value")
    {
        Description = "A value for the bundle's manifests, where the site gives none of its own; may be given several times.",
        HelpName = "NAME=VALUE",
        Arity = ArgumentArity.ZeroOrMore,
        CustomParser = result => [.. result.Tokens.Select(token => ReadValue(result, token.Value)).OfType<KeyValuePair<string, string>>()],
    };

    private static KeyValuePair<string, string>? ReadValue(ArgumentResult result, string text)
    {
        var at = text.IndexOf('=', StringComparison.Ordinal);
        if (at > 0 && ValueName.DeclarationProblem(text[..at]) is null)
        {
            return KeyValuePair.Create(text[..at], text[(at + 1)..]);
        }

        // The text may be a secret that somebody gives here by mistake.
        result.AddError($"--value takes NAME=VALUE, such as REPLICAS=2; {(at > 0 ? ValueName.DeclarationProblem(text[..at]) : "there is no name")}.");
        return null;
    }

    private static PruneAllowance? ReadAllowance(string text) =>
        text.Split('=') is [var kinds, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var max)
        && new PruneAllowance(kinds.Split(','), max) is var allowance && allowance.FindProblem() is null
            ? allowance
            : null;

    private static T? Require<T>(ArgumentResult result, T? value, string words)
        where T : class
    {
        if (value is null)
        {
            result.AddError(words.StartsWith('\'') ? $"{words}." : $"'{result.Tokens[0].Value}' {words}.");
        }

        return value;
    }
}
