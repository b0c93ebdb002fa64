// What a reader of the HTML inspection report meets, in headless Chromium (TAP, without the plan): page.sh calls it.
//
//   node page.js FILE [FOLDER]
//
// FILE is the page; FOLDER, if given, takes pictures of it, light and dark, wide and narrow, and a PDF.  Chromium is driven over
// a pipe, so nothing but node and Chromium is needed.  SALESOPS_CHROMIUM names another Chromium than the one that is installed.
'use strict';
const { spawn } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const file = path.resolve(process.argv[2]);
const folder = process.argv[3];
const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'salesops-page-'));
let n = 0;
let failed = false;
function ok(good, name, what) {
	console.log(`${good ? 'ok' : 'not ok'} ${++n} - ${name}`);
	if (!good) {
		failed = true;
		if (what !== undefined) console.log(String(typeof what === 'string' ? what : JSON.stringify(what, null, 1)).replace(/^/gm, '# '));
	}
}

const chromium = spawn(process.env.SALESOPS_CHROMIUM || 'chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--hide-scrollbars',
	'--remote-debugging-pipe', `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
const gone = new Promise((resolve) => chromium.on('exit', resolve));
chromium.on('error', (error) => { console.log(`not ok ${++n} - chromium starts\n# ${error.message}`); process.exit(1); });
const waiting = new Map();
const listeners = [];
let last = 0;
let rest = '';
chromium.stdio[4].setEncoding('utf8');
chromium.stdio[4].on('data', (data) => {
	const messages = (rest + data).split('\0');
	rest = messages.pop();
	for (const text of messages) {
		const message = JSON.parse(text);
		if (message.id) {
			const { resolve, reject } = waiting.get(message.id);
			waiting.delete(message.id);
			if (message.error) reject(new Error(message.error.message)); else resolve(message.result);
		} else
			for (const listener of listeners) listener(message);
	}
});
let session;
function send(method, params = {}) {
	return new Promise((resolve, reject) => {
		waiting.set(++last, { resolve, reject });
		chromium.stdio[3].write(JSON.stringify({ id: last, method, params, sessionId: session }) + '\0');
	});
}
function once(method) {
	return new Promise((resolve) => {
		const listener = (message) => { if (message.method === method) { listeners.splice(listeners.indexOf(listener), 1); resolve(message.params); } };
		listeners.push(listener);
	});
}
async function evaluate(body) {
	const answer = await send('Runtime.evaluate', { expression: `(${body})()`, returnByValue: true, awaitPromise: true });
	if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception.description);
	return answer.result.value;
}

// ---- what is looked at, inside the page ----

// Texts whose contrast with what is behind them is below 4.5, by WCAG 2.1; all of them are small.
function faint() {
	const rgba = (text) => { const m = text.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
	const luminance = (c) => { const l = c.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)); return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2]; };
	const behind = (element) => {
		for (let e = element; e; e = e.parentElement) {
			const c = rgba(getComputedStyle(e).backgroundColor);
			if (c[3] === 1) return c;
			if (c[3] > 0) throw new Error('a background that is half transparent');
		}
		return matchMedia('(prefers-color-scheme: dark)').matches ? [0, 0, 0, 1] : [255, 255, 255, 1];
	};
	const found = {};
	let seen = 0;
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let node = walker.nextNode(); node; node = walker.nextNode()) {
		const element = node.parentElement;
		if (!node.data.trim() || ['STYLE', 'title'].includes(element.tagName) || !element.getClientRects().length) continue;
		const style = getComputedStyle(element);
		const a = luminance(rgba(element instanceof SVGElement ? style.fill : style.color));
		const b = luminance(behind(element));
		const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		seen++;
		if (contrast < 4.5) found[`${element.tagName}.${element.getAttribute('class')}`] = `${contrast.toFixed(2)}: ${node.data.trim().slice(0, 40)}`;
	}
	return { seen, found };
}

// Shapes of charts that have neither a fill nor an edge of contrast 3 with the page.
function faintShapes() {
	const rgb = (text) => (text.match(/[\d.]+/g) || [0, 0, 0]).map(Number);
	const luminance = (c) => { const l = c.slice(0, 3).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)); return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2]; };
	const page = luminance(rgb(getComputedStyle(document.body).backgroundColor));
	const found = {};
	let seen = 0;
	for (const shape of document.querySelectorAll('svg .bar, svg .dot, svg .mark, svg .range, svg .curve')) {
		const style = getComputedStyle(shape);
		const best = Math.max(...[style.fill, style.stroke].filter((c) => c !== 'none').map((c) => { const l = luminance(rgb(c)); return (Math.max(l, page) + 0.05) / (Math.min(l, page) + 0.05); }));
		seen++;
		if (!(best >= 3)) found[shape.getAttribute('class')] = best;
	}
	return { seen, found };
}

function structure() {
	const all = (selector, within = document) => [...within.querySelectorAll(selector)];
	const levels = all('h1, h2, h3, h4, h5, h6').map((h) => Number(h.tagName[1]));
	const ids = all('[id]').map((e) => e.id);
	return {
		lang: document.documentElement.lang,
		title: document.title,
		one: ['header', 'nav', 'main', 'footer', 'h1'].filter((name) => all(name).length !== 1),
		skip: document.querySelector('body > a') && document.querySelector(document.querySelector('body > a').getAttribute('href')) !== null,
		levels: levels.every((level, i) => (i === 0 ? level === 1 : level <= levels[i - 1] + 1)),
		ids: ids.filter((id, i) => ids.indexOf(id) !== i),
		links: all('a[href]').map((a) => a.getAttribute('href')).filter((href) => !href.startsWith('#') || !document.getElementById(href.slice(1))),
		sections: all('section').length,
		unnamed: all('section').filter((s) => !document.getElementById(s.getAttribute('aria-labelledby'))).length,
		figures: all('figure').length,
		pictures: all('figure > svg').length,
		images: all('figure > svg').filter((svg) => svg.getAttribute('role') === 'img' && svg.getAttribute('aria-label') && svg.querySelector('rect, polyline')).length,
		alone: all('figure').filter((figure) => !figure.closest('section').querySelector('table')).length,
		captions: all('figure').filter((figure) => !figure.querySelector('figcaption').textContent.trim()).length,
		tables: all('table').length,
		bare: all('table').filter((table) => !table.caption || !table.caption.textContent.trim() || all('th:not([scope])', table).length || !all('th[scope=col]', table).length || all('tbody tr', table).some((row) => !row.querySelector('th[scope=row], th[scope=rowgroup]'))).length,
		ragged: all('table').filter((table) => { const width = all('thead th', table).length; return all('tbody tr', table).some((row) => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0) !== width); }).length,
		focus: all('.scroll').filter((e) => e.tabIndex !== 0 || !e.getAttribute('aria-label')).length,
		scripts: all('script, img, link, iframe, object, embed, [onclick], [onload], [onerror], [style]').length,
	};
}

// Texts of charts that lie over one another.
function overlaps() {
	const found = [];
	for (const svg of document.querySelectorAll('svg.bars')) {
		const boxes = [...svg.querySelectorAll('text')].map((t) => ({ box: t.getBoundingClientRect(), text: t.textContent }));
		boxes.forEach((a, i) => boxes.slice(i + 1).forEach((b) => {
			if (a.box.left + 1 < b.box.right && b.box.left + 1 < a.box.right && a.box.top + 3 < b.box.bottom && b.box.top + 3 < a.box.bottom) found.push(`${a.text} / ${b.text}`);
		}));
	}
	return found;
}

async function main() {
	const { targetInfos } = await send('Target.getTargets');
	({ sessionId: session } = await send('Target.attachToTarget', { targetId: targetInfos.find((t) => t.type === 'page').targetId, flatten: true }));
	const requests = [];
	const errors = [];
	listeners.push(({ method, params }) => {
		if (method === 'Network.requestWillBeSent') requests.push(params.request.url);
		if (method === 'Log.entryAdded') errors.push(params.entry.text);
		if (method === 'Runtime.consoleAPICalled') errors.push(params.args.map((a) => a.value).join(' '));
		if (method === 'Runtime.exceptionThrown') errors.push(params.exceptionDetails.text);
	});
	for (const domain of ['Page', 'Network', 'Log', 'Runtime']) await send(`${domain}.enable`);
	const looks = [];
	for (const scheme of ['light', 'dark'])
		for (const width of [1280, 390]) looks.push([scheme, width]);
	for (const [scheme, width] of looks) {
		const look = `${scheme}, ${width} pixels wide`;
		await send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
		await send('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 });
		const loaded = once('Page.loadEventFired');
		await send('Page.navigate', { url: `file://${file}` });
		await loaded;
		if (folder) {
			const { cssContentSize } = await send('Page.getLayoutMetrics');
			for (let top = 0, i = 1; top < cssContentSize.height; top += width < 600 ? 1800 : 2200, i++) {
				const { data } = await send('Page.captureScreenshot', { captureBeyondViewport: true, clip: { x: 0, y: top, width, height: Math.min(width < 600 ? 1800 : 2200, cssContentSize.height - top), scale: 1 } });
				fs.writeFileSync(path.join(folder, `${scheme}-${width}-${String(i).padStart(2, '0')}.png`), Buffer.from(data, 'base64'));
			}
		}
		const wide = '() => document.documentElement.scrollWidth - document.documentElement.clientWidth';
		ok((await evaluate(wide)) <= 0, `${look}: nothing sticks out of the page`, await evaluate('() => [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll")).slice(0, 5).map((e) => e.outerHTML.slice(0, 100))'));
		ok((await evaluate(overlaps)).length === 0, `${look}: no text of a chart lies on another`, await evaluate(overlaps));
		await evaluate('() => { for (const d of document.querySelectorAll("details")) d.open = true; }');
		ok((await evaluate(wide)) <= 0, `${look}: nor does anything when all is unfolded`);
		const texts = await evaluate(faint);
		ok(texts.seen > 100 && Object.keys(texts.found).length === 0, `${look}: texts have a contrast of 4.5 or more`, texts);
		const shapes = await evaluate(faintShapes);
		ok(Object.keys(shapes.found).length === 0, `${look}: what charts draw has a contrast of 3 or more, by its fill or its edge`, shapes);
	}
	const s = await evaluate(structure);
	ok(s.lang === 'en' && s.title !== '', 'the page has a language and a title', s);
	ok(s.one.length === 0 && s.skip === true, 'one header, navigation, main part, footer and first heading, and a link past the navigation', s);
	ok(s.levels && s.ids.length === 0 && s.links.length === 0, 'headings come in order, ids are there once, and links lead somewhere inside', s);
	ok(s.sections >= 12 && s.unnamed === 0, 'twelve sections or more, each named by its heading', s);
	ok(s.figures > 0 && s.pictures === s.figures && s.images === s.figures && s.captions === 0, `each of ${s.figures} figures has one picture, which says what it shows`, s);
	ok(s.alone === 0, 'each has a table in its section', s);
	ok(s.tables > 0 && s.bare === 0 && s.ragged === 0, `each of ${s.tables} tables has a caption, heads with scopes, and cells for each column`, s);
	ok(s.focus === 0, 'what scrolls can be reached by the keyboard, and is named', s);
	ok(s.scripts === 0, 'no scripts, images or styles of elements');
	const others = requests.filter((url) => url !== `file://${file}`);
	ok(others.length === 0, 'nothing is fetched', others);
	ok(errors.length === 0, 'nothing is on the console', errors);
	await send('Emulation.clearDeviceMetricsOverride');
	// dark, as somebody may print who reads so
	const { data } = await send('Page.printToPDF', { preferCSSPageSize: true, printBackground: true });
	const pdf = Buffer.from(data, 'base64').toString('latin1');
	ok(/\/MediaBox\s*\[0 0 84[12](\.\d+)? 59[45](\.\d+)?\]/.test(pdf), 'it prints on A4, landscape', (pdf.match(/\/MediaBox[^\]]*\]/) || [''])[0]);
	if (folder) fs.writeFileSync(path.join(folder, 'page.pdf'), Buffer.from(data, 'base64'));
	await send('Emulation.setEmulatedMedia', { media: 'print', features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
	ok((await evaluate('() => getComputedStyle(document.body).backgroundColor')) === 'rgb(255, 255, 255)', 'on white, also where the screen is dark');
	ok(Object.keys((await evaluate(faint)).found).length === 0, 'and with contrast', await evaluate(faint));
}

const limit = setTimeout(() => { ok(false, 'the page is looked at within five minutes'); chromium.kill('SIGKILL'); }, 300000);
main().catch((error) => ok(false, 'the page is looked at', error.stack)).finally(async () => {
	clearTimeout(limit);
	session = undefined;
	if (chromium.exitCode === null) send('Browser.close').catch(() => {});
	await gone;
	fs.rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
	console.log(`1..${n}`);
	process.exit(failed ? 1 : 0);
});
