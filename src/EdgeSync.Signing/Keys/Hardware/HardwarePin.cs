namespace EdgeSync.Signing.Keys.Hardware;

/// <summary>The file with a token's PIN. The provider reads it; EdgeSync only checks its permissions.</summary>
internal static class HardwarePin
{
    private const UnixFileMode OthersMode =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Throws <see cref="SigningException"/> for a file that is missing or empty, or that users other than its owner may access.</summary>
    public static void Check(HardwareKeyAddress address)
    {
        if (address.PinFile is not { } file)
        {
            return;
        }

        var pin = new FileInfo(file);
        if (pin is not { Exists: true, Length: > 0 })
        {
            throw new SigningException(
                SigningReasons.KeyPinMissing, $"there is no PIN for the key '{address}': '{file}' is {(Directory.Exists(file) ? "a folder" : "missing or empty")}")
            {
                Subject = address.ToString(),
                Hint = $"Write the token's PIN into '{file}', for root alone (mode 0600).",
            };
        }

        if ((pin.UnixFileMode & OthersMode) != 0)
        {
            throw new SigningException(SigningReasons.KeyExposed, $"the PIN in '{file}' may be read or changed by others than its owner")
            {
                Subject = file,
                Hint = $"Run: chmod 600 {file}",
            };
        }
    }
}
