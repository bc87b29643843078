namespace EdgeSync.Hq.Configuration;

/// <summary>The first operator, for a start without a person at the console.</summary>
/// <param name="Name">The user's name.</param>
/// <param name="PasswordFile">The file that holds the password, first line; never a value in the configuration.</param>
internal sealed record InitialOperatorOptions(string Name, string PasswordFile);
