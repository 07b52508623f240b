/** What a reader of text gives when the text is not legal: `what is wrong; what is legal`. */
export class Wrong {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}
